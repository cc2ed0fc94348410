import { z } from 'zod';
import { UserError } from '../errors.ts';

/** Of the manifests that are written. 1 knew no `months`, `settings` and `scoredFrom`; it is read, and left at the next commit. */
const FORMAT_VERSION = 2;

const Timestamp = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/);

/** Where a lake's raw rows come from. Locations carry no credentials. */
export const Origin = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('source'), location: z.string() }),
  z.strictObject({
    kind: z.literal('simulator'),
    arguments: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
]);
export type Origin = z.infer<typeof Origin>;

const Month = z.strictObject({ file: z.string(), rowCount: z.int().nonnegative() });

const TableEntry = z.strictObject({
  /** Parquet files relative to the lake; each has its rows in the order of the key. */
  files: z.array(z.string()).min(1),
  rowCount: z.int().nonnegative(),
  /** Of a table with a file a month: the file of each, by `YYYY-MM`. They are the `files`, the earliest first. */
  months: z.record(z.string(), Month).optional(),
  /** Of a derived table: `lineage` of what it was computed from. */
  computedFrom: z.string().optional(),
  /** Of a derived table that is brought up to date in part: `lineage` of its settings alone. */
  settings: z.string().optional(),
  /** Of a table of results: the model version that last left no row due, and the files of features in which that was so. */
  scoredFrom: z.strictObject({ version: z.string(), files: z.array(z.string()) }).optional(),
});
export type TableEntry = z.infer<typeof TableEntry>;

const IngestedFile = z.strictObject({
  table: z.string(),
  /** Of the file's bytes as they were last read. */
  sha256: z.string(),
  /** Generation in which a file of this name first came. */
  since: z.int().positive(),
  /** Of a file with rows of unknown machines: how many machines were known then. */
  machinesKnown: z.int().nonnegative().optional(),
});
export type IngestedFile = z.infer<typeof IngestedFile>;

/** The content of lake.json: what the lake is, as of its last commit. */
export const Manifest = z.strictObject({
  formatVersion: z.literal([1, FORMAT_VERSION]).transform(() => FORMAT_VERSION),
  /** Counts the commits; names new files. */
  generation: z.int().nonnegative(),
  /** Of the first ingest; null in an empty lake. */
  origin: Origin.nullable(),
  /** Further origins that were appended. */
  appended: z.array(Origin),
  /** First telemetry hour of the first ingest: where the grid of cutoffs starts. */
  gridAnchor: Timestamp.nullable(),
  /** Files whose rows the lake holds, by the name that rejected_rows has for them without its ending. */
  ingested: z.record(z.string(), IngestedFile).default({}),
  tables: z.record(z.string(), TableEntry),
});
export type Manifest = Readonly<z.infer<typeof Manifest>>;

export const EMPTY_MANIFEST: Manifest = Object.freeze({
  formatVersion: FORMAT_VERSION,
  generation: 0,
  origin: null,
  appended: [],
  gridAnchor: null,
  ingested: {},
  tables: {},
});

/**
 * Reads the text of a lake.json, `path` naming it.
 * @throws UserError `lake-too-new` for a later format, `lake-damaged` for anything else that is no manifest.
 */
export function parseManifest(text: string, path: string): Manifest {
  const content = parseJson(text, path);
  const version = z.object({ formatVersion: z.int() }).safeParse(content).data?.formatVersion;
  if (version !== undefined && version > FORMAT_VERSION) {
    throw new UserError(
      'lake-too-new',
      `${path} has lake format ${version}; this program knows formats up to ${FORMAT_VERSION}.`,
      { next: 'Update this program, or use another lake folder.' },
    );
  }
  const result = Manifest.safeParse(withoutWatermark(content));
  if (result.success) return Object.freeze(result.data);
  throw damaged(path, z.prettifyError(result.error));
}

/** Early lakes have a field `watermark`, always null. */
function withoutWatermark(content: unknown): unknown {
  if (content === null || typeof content !== 'object') return content;
  const { watermark: _unused, ...rest } = content as Record<string, unknown>;
  return rest;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damaged(path, (cause as Error).message);
  }
}

const damaged = (path: string, detail: string): UserError =>
  new UserError('lake-damaged', `${path} is not a lake manifest: ${detail}`, {
    next: 'Restore the file, or move the folder away and ingest again.',
  });

import { createHash } from 'node:crypto';
import { type TabularConfig, targetRule } from '../config.ts';
import type { TableEngine } from '../engine/index.ts';
import { UserError } from '../errors.ts';
import type { IngestReport } from '../ingest/contract.ts';
import type { IngestMode } from '../ingest/origin-rule.ts';
import { originsAfter } from '../ingest/origin-rule.ts';
import { rejectsTable } from '../ingest/rejects-table.ts';
import type { Lake, Origin } from '../lake/index.ts';
import { type CsvSamples, readCsvSamples } from './read-csv-samples.ts';
import { samplesTable } from './sample-tables.ts';
import type { SampleFile } from './source-files.ts';

export interface SampleIngest {
  readonly lake: Lake;
  readonly engine: TableEngine;
  readonly config: TabularConfig;
  readonly origin: Origin;
  readonly mode: Exclude<IngestMode, 'append'>;
  readonly files: readonly SampleFile[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Puts the rows of a source's files into the table `samples`, in place of those that were there; equal rows all stay: a plain
 * table has no key. The lake must be locked.
 * @throws UserError `other-origin`, `too-many-rejected`, and what {@link readCsvSamples} throws.
 */
export async function ingestSamples(ingest: SampleIngest): Promise<IngestReport> {
  const { lake, config, origin, mode, files } = ingest;
  const origins = originsAfter(lake.manifest, origin, mode);
  const columns = { features: config.features, target: targetRule(config).column };
  const read: CsvSamples[] = [];
  for (const file of files) read.push(await readCsvSamples(file, columns, ingest.signal));
  refuseBadFiles(read, config.ingest.maxRejectedFraction);
  const changed = await commit(ingest, read, origins);
  const rejected = read.flatMap(({ rejects }) => rejects);
  const kept = read.reduce((sum, { lines }) => sum + lines.length, 0);
  return {
    origin,
    gridAnchor: null,
    tables: {
      samples: {
        files: files.map(({ name }) => name),
        knownFiles: [],
        rowsIn: kept + rejected.length,
        new: kept,
        late: 0,
        corrected: 0,
        unchanged: 0,
        outdated: 0,
        rejected: rejected.length,
        rowsInLake: kept,
      },
    },
    rejects: read.flatMap(rejectGroups),
    notes: read.flatMap(({ notes }) => notes),
    changed,
  };
}

/** Whether anything was new. */
async function commit(
  { lake, engine, config, mode }: SampleIngest,
  read: readonly CsvSamples[],
  origins: ReturnType<typeof originsAfter>,
): Promise<boolean> {
  const computedFrom = createHash('sha256').update(
    JSON.stringify([config.features, config.target, read.map(contentOf)]),
  );
  const digest = computedFrom.digest('hex');
  if (mode === 'new' && lake.manifest.tables.samples?.computedFrom === digest) return false;
  const { columns } = samplesTable(config);
  await engine.defineColumns(
    'read_samples',
    columns.map(({ name, type }) => ({
      name,
      type,
      values: read.flatMap((file) => cellsOf(file, name)) as never,
    })),
  );
  const rejects = new Map(read.map(({ source, rejects: rows }) => [source, rows]));
  const rejectedRows = await rejectsTable(engine, lake, rejects, 'replace');
  const others = Object.keys(lake.manifest.tables).filter((name) => mode === 'replace' && name !== 'samples');
  await lake.commit({
    ...origins,
    tables: {
      ...Object.fromEntries(others.map((name) => [name, null])),
      samples: {
        write: (path) => engine.writeParquet('SELECT * FROM read_samples', path),
        computedFrom: digest,
      },
      ...(rejectedRows && { rejected_rows: rejectedRows }),
    },
  });
  await lake.attach(engine);
  return true;
}

const contentOf = ({ source, lines, columns }: CsvSamples) => [source, lines, [...columns.values()]];

function cellsOf({ source, lines, columns }: CsvSamples, name: string): readonly (string | number)[] {
  if (name === 'source') return lines.map(() => source);
  return name === 'line' ? lines : columns.get(name)!;
}

function rejectGroups({ source, rejects }: CsvSamples) {
  return [...Map.groupBy(rejects, ({ reason }) => reason)].map(([reason, rows]) => ({
    source,
    reason,
    count: rows.length,
    firstLine: rows[0]!.line,
  }));
}

function refuseBadFiles(read: readonly CsvSamples[], maxRejectedFraction: number): void {
  const bad = read.filter(
    ({ rejects, lines }) => rejects.length > maxRejectedFraction * (rejects.length + lines.length),
  );
  if (bad.length === 0) return;
  const reasons = bad
    .flatMap(rejectGroups)
    .map((one) => `  ${one.source}:${one.firstLine}: ${one.reason} (${one.count} rows)`);
  throw new UserError(
    'too-many-rejected',
    `Nothing was ingested: more than ${maxRejectedFraction * 100} % of the rows of ${bad.map(({ source }) => source).join(', ')} had to be rejected.\n${reasons.join('\n')}`,
    { next: 'Correct the files, or raise ingest.maxRejectedFraction in the workflow file.' },
  );
}

import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type CsvLayout, csvRows } from '../engine/duckdb/read-files.ts';
import { identifier, type TableEngine } from '../engine/index.ts';
import { UserError } from '../errors.ts';
import { SOURCE_FILES } from '../tables.ts';
import { countLines } from './count-lines.ts';
import { type CsvHeader, readCsvHeader } from './csv-header.ts';
import { type RecordLayout, scanCsvRecords } from './csv-records.ts';
import { ignoredColumns } from './ignored-columns.ts';
import type { LocalFile } from './local-copy.ts';
import { checkedRows } from './row-checks.ts';
import { type FoundRows, type Misshapen, rawText, type StagedFile } from './staged-file.ts';

export interface StageOptions {
  /** Gives a folder for a copy without misshapen rows. */
  scratch: () => string;
  signal?: AbortSignal | undefined;
}

/**
 * Reads and checks a CSV file into the engine's table `stage`. One pass of the engine's parser if that finds a row on
 * every line; else the rows that have the shape of one are copied out first, and the others counted.
 * @throws UserError `empty-file`, `not-text`, `missing-column`, `damaged-file`.
 */
export async function stageCsv(
  engine: TableEngine,
  file: LocalFile,
  stage: string,
  options: StageOptions,
): Promise<StagedFile> {
  const known = SOURCE_FILES[file.table].columns;
  const header = readCsvHeader(file.path, file.name, known);
  const layout = { delimiter: header.delimiter, cellCount: header.columns.length, signal: options.signal };
  const loader = csvLoader(engine, stage, file, header);
  const direct = await loadDirectly(loader, file, options);
  const loaded = direct ?? (await loadShapely(loader, file, layout, join(options.scratch(), `${stage}.csv`)));
  const separated =
    header.delimiter === ','
      ? []
      : [`${file.name}: cells are separated by ${JSON.stringify(header.delimiter)}`];
  return {
    file,
    stage,
    stagedRows: loaded.rows,
    reasons: loader.reasons,
    misshapen: loaded.misshapen,
    notes: [...separated, ...ignoredColumns(file.name, header.columns, known)],
    find: (places, wanted) => findRows(file.path, layout, places, wanted.misshapen),
  };
}

interface CsvLoader {
  reasons: readonly string[];
  /** Fills the stage from a file of the header's columns; returns its rows. */
  load(path: string, layout: Pick<CsvLayout, 'skipLines' | 'lineEnd'>): Promise<number>;
}

function csvLoader(engine: TableEngine, stage: string, { table }: LocalFile, header: CsvHeader): CsvLoader {
  const known = SOURCE_FILES[table].columns;
  // Names of other columns may be anything, also twice.
  const columns = header.columns.map((column, i) => (known.includes(column) ? column : `ignored ${i}`));
  const checked = (rows: string) => checkedRows(table, rows, () => 'VARCHAR');
  return {
    reasons: checked('').reasons,
    async load(path, layout) {
      const rows = csvRows(path, { delimiter: header.delimiter, columns, ...layout });
      await engine.defineQuery(stage, checked(rows).select, { materialized: true });
      const [counted] = await engine.query(`SELECT count(*) AS n FROM ${identifier(stage)}`);
      return Number(counted!.n);
    },
  };
}

interface Loaded {
  rows: number;
  misshapen: Misshapen;
}

/** Undefined if the parser fails, or finds fewer or more rows than there are lines: then it is not to be trusted. */
async function loadDirectly(
  loader: CsvLoader,
  { path }: LocalFile,
  { signal }: StageOptions,
): Promise<Loaded | undefined> {
  const [rows, lines] = await Promise.all([
    loader.load(path, { skipLines: 1 }).catch(() => undefined),
    countLines(path, signal),
  ]);
  return rows === lines - 1 ? { rows, misshapen: new Map() } : undefined;
}

async function loadShapely(
  loader: CsvLoader,
  file: LocalFile,
  layout: RecordLayout,
  copy: string,
): Promise<Loaded> {
  const { shapely, misshapen } = await copyShapely(file.path, layout, copy);
  const rows = await loader.load(copy, { skipLines: 0, lineEnd: 'LF' }).catch((cause) => {
    throw damaged(file.name, cause);
  });
  if (rows !== shapely) throw new Error(`${file.name}: ${shapely} rows went in, ${rows} came out`);
  return { rows, misshapen };
}

/** Copies the rows that have the shape of one, and counts the others. */
async function copyShapely(path: string, layout: RecordLayout, copy: string) {
  let shapely = 0;
  const misshapen = new Map<string, { count: number; firstLine: number }>();
  const output = openSync(copy, 'w');
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  const flush = () => {
    const block = Buffer.concat(pending, pendingBytes);
    for (let at = 0; at < block.length; ) at += writeSync(output, block, at);
    pending = [];
    pendingBytes = 0;
  };
  try {
    await scanCsvRecords(path, layout, ({ line, bytes, fault }) => {
      if (fault === undefined) {
        const row = Buffer.allocUnsafe(bytes.length + 1);
        row[bytes.copy(row)] = 0x0a;
        pending.push(row);
        shapely++;
        pendingBytes += row.length;
        if (pendingBytes > 1 << 20) flush();
        return true;
      }
      const counted = misshapen.get(fault) ?? { count: 0, firstLine: line };
      misshapen.set(fault, { ...counted, count: counted.count + 1 });
      return true;
    });
    flush();
  } finally {
    closeSync(output);
  }
  return { shapely, misshapen };
}

async function findRows(
  path: string,
  layout: RecordLayout,
  places: readonly number[],
  wantMisshapen: boolean,
): Promise<FoundRows> {
  const found: FoundRows = { rows: [], misshapen: [] };
  let place = 0;
  await scanCsvRecords(path, layout, ({ line, bytes, fault }) => {
    const row = () => ({ line, raw: rawText(bytes.toString('utf8')) });
    if (fault === undefined) {
      if (place++ === places[found.rows.length]) found.rows.push(row());
    } else if (wantMisshapen) found.misshapen.push({ ...row(), reason: fault });
    return wantMisshapen || found.rows.length < places.length;
  });
  return found;
}

const damaged = (name: string, cause: unknown): UserError =>
  new UserError('damaged-file', `${name} cannot be read as CSV: ${(cause as Error).message.split('\n')[0]}`, {
    next: 'Open the file at the line named, or write it again.',
    cause,
  });

import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { csvRows } from '../engine/duckdb/read-files.ts';
import { identifier, type TableEngine } from '../engine/index.ts';
import { UserError } from '../errors.ts';
import { SOURCE_FILES } from '../tables.ts';
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
 * Reads and checks a CSV file into the engine's table `stage`. One pass of the engine's parser if every row has the
 * shape of one; else the rows that have are copied out first, and the others counted.
 * @throws UserError `empty-file`, `not-text`, `missing-column`, `damaged-file`.
 */
export async function stageCsv(
  engine: TableEngine,
  file: LocalFile,
  stage: string,
  options: StageOptions,
): Promise<StagedFile> {
  const columns = SOURCE_FILES[file.table].columns;
  const header = readCsvHeader(file.path, file.name, columns);
  const layout = { delimiter: header.delimiter, cellCount: header.columns.length, signal: options.signal };
  const load = (path: string, skipLines: number) => loadCsv(engine, stage, file, header, { path, skipLines });

  let misshapen: Misshapen = new Map();
  let reasons = await load(file.path, 1).catch(() => undefined);
  if (reasons === undefined) {
    const copy = join(options.scratch(), `${stage}.csv`);
    misshapen = await copyShapely(file.path, layout, copy);
    reasons = await load(copy, 0).catch((cause) => {
      throw damaged(file.name, cause);
    });
  }
  const [counted] = await engine.query(`SELECT count(*) AS n FROM ${identifier(stage)}`);
  return {
    file,
    stage,
    stagedRows: Number(counted!.n),
    reasons,
    misshapen,
    notes: [
      ...(header.delimiter === ','
        ? []
        : [`${file.name}: cells are separated by ${JSON.stringify(header.delimiter)}`]),
      ...ignoredColumns(file.name, header.columns, columns),
    ],
    find: (places, wanted) => findRows(file.path, layout, places, wanted.misshapen),
  };
}

async function loadCsv(
  engine: TableEngine,
  stage: string,
  { table }: LocalFile,
  { delimiter, columns: found }: CsvHeader,
  { path, skipLines }: { path: string; skipLines: number },
): Promise<readonly string[]> {
  const known = SOURCE_FILES[table].columns;
  // Names of other columns may be anything, also twice.
  const columns = found.map((column, i) => (known.includes(column) ? column : `ignored ${i}`));
  const rows = csvRows(path, { delimiter, columns, skipLines });
  const { select, reasons } = checkedRows(table, rows, () => 'VARCHAR');
  await engine.defineQuery(stage, select, { materialized: true });
  return reasons;
}

/** Copies the rows that have the shape of one, and counts the others. */
async function copyShapely(path: string, layout: RecordLayout, copy: string): Promise<Misshapen> {
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
  return misshapen;
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

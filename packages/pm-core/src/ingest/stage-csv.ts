import { join } from 'node:path';
import { type CsvLayout, csvRows } from '../engine/duckdb/read-files.ts';
import { identifier, type TableEngine } from '../engine/index.ts';
import { UserError } from '../errors.ts';
import { SOURCE_FILES } from '../tables.ts';
import { type CsvHeader, readCsvHeader } from './csv-header.ts';
import { copyShapely, countRecords, findRows, type RecordCounts } from './csv-passes.ts';
import type { RecordLayout } from './csv-records.ts';
import { ignoredColumns } from './ignored-columns.ts';
import type { LocalFile } from './local-copy.ts';
import { checkedRows } from './row-checks.ts';
import type { StagedFile } from './staged-file.ts';

export interface StageOptions {
  /** Gives a folder for a copy without misshapen rows. */
  scratch: () => string;
  signal?: AbortSignal | undefined;
}

/**
 * Reads and checks a CSV file into the engine's table `stage`. The engine parses the file itself if all of it
 * has the shape of rows, else a copy of the records that have.
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
  const counts = await loadRecords(loader, file, layout, () => join(options.scratch(), `${stage}.csv`));
  const separated =
    header.delimiter === ','
      ? []
      : [`${file.name}: cells are separated by ${JSON.stringify(header.delimiter)}`];
  return {
    file,
    stage,
    stagedRows: counts.shapely,
    reasons: loader.reasons,
    misshapen: counts.misshapen,
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

/** Fills the stage with the shapely records of a file, and counts all. */
async function loadRecords(
  loader: CsvLoader,
  file: LocalFile,
  layout: RecordLayout,
  copy: () => string,
): Promise<RecordCounts> {
  const [rows, counts] = await Promise.all([
    loader.load(file.path, { skipLines: 1 }).catch(() => undefined),
    countRecords(file.path, layout),
  ]);
  // The parser is not trusted alone: told a wrong line end, or unsure of a quote, it drops or joins rows without a word.
  if (rows === counts.shapely && counts.misshapen.size === 0) return counts;
  const path = copy();
  await copyShapely(file.path, layout, path);
  const copied = await loader.load(path, { skipLines: 0, lineEnd: 'LF' }).catch((cause) => {
    throw damaged(file.name, cause);
  });
  if (copied !== counts.shapely)
    throw new Error(`${file.name}: ${counts.shapely} rows went in, ${copied} came out`);
  return counts;
}

const damaged = (name: string, cause: unknown): UserError =>
  new UserError('damaged-file', `${name} cannot be read as CSV: ${(cause as Error).message.split('\n')[0]}`, {
    next: 'Open the file at the line named, or write it again.',
    cause,
  });

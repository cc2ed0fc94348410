import { checkColumns, splitCsvHeader } from '../ingest/csv-header.ts';
import { scanCsvRecords } from '../ingest/csv-records.ts';
import { ignoredColumns } from '../ingest/ignored-columns.ts';
import type { RejectedRow } from '../ingest/rejects.ts';
import { rawText } from '../ingest/staged-file.ts';
import type { SampleFile } from './source-files.ts';
import { splitCells } from './split-cells.ts';

/** The rows of a CSV file, column by column. */
export interface CsvSamples {
  /** Name of the file, of every row. */
  readonly source: string;
  readonly lines: readonly number[];
  /** Cells by wanted column; NaN where empty. */
  readonly columns: ReadonlyMap<string, readonly number[]>;
  readonly rejects: readonly RejectedRow[];
  /** What a person should know of how the file was read. */
  readonly notes: readonly string[];
}

export interface SampleColumns {
  /** Must be there (in the file, or constant by the workflow); a cell may be empty. */
  readonly features: readonly string[];
  /** Must be there, a number in every row; undefined where rows are only to be scored. */
  readonly target?: string | undefined;
}

/** A file's column as tables here spell it: `Fixed acidity` is fixed_acidity. */
const columnName = (header: string): string =>
  header
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');

/**
 * Reads the wanted columns of a CSV file into memory, whatever of `, ; tab |` separates its cells. A row of another shape,
 * with a cell that is no finite number, or without its target is rejected with its line.
 * @throws UserError `empty-file`, `not-text`, `missing-column`.
 */
export async function readCsvSamples(
  { path, name, constants }: SampleFile,
  { features, target }: SampleColumns,
  signal?: AbortSignal,
): Promise<CsvSamples> {
  const wanted = target === undefined ? features : [...features, target];
  const header = splitCsvHeader(path, name, wanted, columnName);
  const inFile = wanted.filter((column) => constants[column] === undefined);
  checkColumns(name, header.columns, inFile);
  const places = inFile.map((column) => header.columns.indexOf(column));
  const columns = new Map(wanted.map((column) => [column, [] as number[]]));
  const lines: number[] = [];
  const rejects: RejectedRow[] = [];
  const layout = { delimiter: header.delimiter, cellCount: header.columns.length, signal };
  await scanCsvRecords(path, layout, ({ line, bytes, fault }) => {
    const raw = bytes.toString('utf8');
    const cells = fault === undefined ? splitCells(raw, header.delimiter) : [];
    const values = places.map((place) => numberOf(cells[place] ?? ''));
    const reason = fault ?? faultOf(inFile, values, target);
    if (reason !== undefined) {
      rejects.push({ source: name, line, reason, raw: rawText(raw) });
      return true;
    }
    lines.push(line);
    for (const [i, column] of inFile.entries()) columns.get(column)!.push(values[i]!);
    return true;
  });
  for (const [column, value] of Object.entries(constants))
    columns.get(column)?.push(...lines.map(() => value));
  return { source: name, lines, columns, rejects, notes: ignoredColumns(name, header.columns, wanted) };
}

/** NaN for an empty cell, undefined for anything but a finite number. */
function numberOf(cell: string): number | undefined {
  const text = cell.trim();
  if (text === '') return Number.NaN;
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

function faultOf(
  columns: readonly string[],
  values: readonly (number | undefined)[],
  target: string | undefined,
): string | undefined {
  const wrong = values.indexOf(undefined);
  if (wrong >= 0) return `${columns[wrong]} is not a finite number`;
  const empty = columns.findIndex((column, i) => column === target && Number.isNaN(values[i]));
  return empty < 0 ? undefined : `${target} is empty`;
}

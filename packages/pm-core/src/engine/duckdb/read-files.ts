import { identifier, literal } from '../sql.ts';

export interface CsvLayout {
  /** One character. */
  delimiter: string;
  /** Names to give to the columns, in the order of the file; all are read as text. */
  columns: readonly string[];
  /** Lines before the first row. */
  skipLines: number;
  /** Set where every line ends with LF alone; else the engine goes by the first line. */
  lineEnd?: 'LF';
}

/**
 * A CSV file as a select of text columns; an empty cell is null. Nothing is guessed from a sample: an engine's detection
 * would make numbers of ids and another type of the file's later rows. Any row of another shape fails the statement.
 */
export function csvRows(path: string, { delimiter, columns, skipLines, lineEnd }: CsvLayout): string {
  const types = columns.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ');
  const newLine = lineEnd === 'LF' ? `, new_line = '\\n'` : '';
  return `SELECT * FROM read_csv(${literal(path)}, auto_detect = false, strict_mode = true, header = false,
    skip = ${skipLines}, delim = ${literal(delimiter)}, quote = '"', escape = '"', columns = {${types}}${newLine})`;
}

/** A Parquet file as a select in the order of its rows: all its columns, or some, `file_row_number` (from 0) among them. */
export const parquetRows = (path: string, columns?: readonly string[]): string =>
  `SELECT ${columns?.map(identifier).join(', ') ?? '*'}
    FROM read_parquet(${literal(path)}, file_row_number = ${columns?.includes('file_row_number') ?? false})`;

/** Parquet files as one select, file after file; a column that some of them lack is null there. */
export const parquetFilesRows = (paths: readonly string[]): string =>
  `SELECT * FROM read_parquet([${paths.map(literal).join(', ')}]${paths.length > 1 ? ', union_by_name = true' : ''})`;

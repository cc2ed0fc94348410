import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { UserError } from '../errors.ts';

const DELIMITERS = [',', ';', '\t', '|'];
const LONGEST_HEADER_BYTES = 1 << 20;

export interface CsvHeader {
  delimiter: string;
  /** All columns, in the order of the file. */
  columns: readonly string[];
}

/**
 * Reads the first line of a CSV file. The delimiter is the one of comma, semicolon, tab and bar that shows the most of
 * the `required` columns; each of these must be there once, in any order, among any others.
 * @throws UserError `empty-file`, `not-text`, `missing-column` (what was found, what is expected).
 */
export function readCsvHeader(path: string, name: string, required: readonly string[]): CsvHeader {
  const header = splitCsvHeader(path, name, required);
  checkColumns(name, header.columns, required);
  return header;
}

/**
 * The first line of a CSV file, each column as `spelling` has it, split where that shows the most of the `wanted` columns.
 * @throws UserError `empty-file`, `not-text`.
 */
export function splitCsvHeader(
  path: string,
  name: string,
  wanted: readonly string[],
  spelling: (column: string) => string = (column) => column,
): CsvHeader {
  const line = firstLine(path, name, wanted);
  const [best] = DELIMITERS.map((delimiter) => ({
    delimiter,
    columns: splitHeader(line, delimiter).map(spelling),
  })).sort((a, b) => countIn(b.columns, wanted) - countIn(a.columns, wanted));
  return best!;
}

const EITHER = new Intl.ListFormat('en', { type: 'disjunction' });

/** @throws UserError `missing-column`, naming each, unless each of the required columns is there exactly once. */
export function checkColumns(name: string, found: readonly string[], required: readonly string[]): void {
  const missing = required.filter((column) => !found.includes(column));
  const double = required.find((column) => found.indexOf(column) !== found.lastIndexOf(column));
  if (missing.length === 0 && double === undefined) return;
  const what =
    missing.length > 0
      ? `has no column ${EITHER.format(missing)}`
      : `has the column ${double} more than once`;
  throw new UserError(
    'missing-column',
    `${name} ${what}: found ${found.join(', ')}; expected ${required.join(', ')}.`,
    {
      next: 'Correct the first line of the file. Names are compared letter by letter; their order is free.',
    },
  );
}

function firstLine(path: string, name: string, required: readonly string[]): string {
  const start = readStart(path);
  if (start.length === 0) {
    throw new UserError('empty-file', `${name} is empty: expected at least the line ${required.join(',')}.`, {
      next: 'A table in which nothing happened is a file with this line alone.',
    });
  }
  const end = start.indexOf('\n');
  const line = end < 0 ? start : start.subarray(0, end);
  const text = line
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .replace(/\r$/, '');
  if (!isUtf8(line) || text.includes('\0')) throw notText(name, 'is not UTF-8 text');
  if (text.includes('\r')) throw notText(name, 'ends its lines with CR alone');
  if (end < 0 && line.length === LONGEST_HEADER_BYTES)
    throw notText(name, 'has no line end in its first MiB');
  return text;
}

const notText = (name: string, what: string): UserError =>
  new UserError('not-text', `${name} ${what}.`, {
    next: 'Save it as CSV in UTF-8 with LF or CRLF line ends.',
  });

function readStart(path: string): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(LONGEST_HEADER_BYTES);
    return buffer.subarray(0, readSync(descriptor, buffer));
  } finally {
    closeSync(descriptor);
  }
}

const splitHeader = (line: string, delimiter: string): string[] =>
  line.split(delimiter).map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim(),
  );

const countIn = (columns: readonly string[], required: readonly string[]): number =>
  required.filter((column) => columns.includes(column)).length;

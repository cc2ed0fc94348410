import { identifier } from '../engine/index.ts';
import type { ColumnType } from '../tables.ts';

/** `YYYY-MM-DD HH:MM:SS`, by far the most frequent form: read without a regular expression. */
const PLAIN = '____-__-__ __:__:__';
/** 1 date and time, 2–4 sign, hours and minutes of the offset. */
const FORM =
  '([0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]+)?)?)?)(?: ?(?:Z|UTC|([+-])([01][0-9]|2[0-3]):?([0-5][0-9])?))?';

/** How a cell of one SQL type is read as a value of a table's column; null where it cannot be. */
type Reading = (cell: string) => string;

const INTEGER = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/;
const NUMBER = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\))$/;

const fromText: Record<ColumnType, Reading> = {
  string: (cell) => cell,
  timestamp: timestampFromText,
  double: (cell) => `TRY_CAST(${cell} AS DOUBLE)`,
  int: (cell) => `TRY_CAST(${cell} AS INTEGER)`,
};

/**
 * The reading for a source's SQL type, undefined where values of that type are never read as such: an id is not taken
 * from a floating-point number, nor an instant from an integer whose unit nobody knows.
 */
export function readingOf(sqlType: string, type: ColumnType): Reading | undefined {
  if (sqlType === 'VARCHAR') return fromText[type];
  if (type === 'string' && INTEGER.test(sqlType)) return (cell) => `CAST(${cell} AS VARCHAR)`;
  if (type === 'double' && NUMBER.test(sqlType)) return (cell) => `CAST(${cell} AS DOUBLE)`;
  if (type !== 'timestamp') return undefined;
  // A plain cast from an instant with zone would need the ICU extension and take the session's zone.
  if (sqlType === 'TIMESTAMP WITH TIME ZONE') return (cell) => `make_timestamp(epoch_us(${cell}))`;
  if (/^(DATE|TIMESTAMP(_S|_MS|_NS)?)$/.test(sqlType)) return (cell) => `CAST(${cell} AS TIMESTAMP)`;
  return undefined;
}

/**
 * A cell of a source: what it says without the spaces around it, null if that is nothing. Numbers are taken as they
 * are, for their reading passes over spaces, and trimming them would take a third of an ingest's time.
 */
export function cellOf(column: string, sqlType: string, type: ColumnType): string {
  const cell = identifier(column);
  return sqlType === 'VARCHAR' && type !== 'double' ? `nullif(trim(${cell}), '')` : cell;
}

/**
 * UTC timestamp of a text such as 2015-01-01 06:00:00, with T, a fraction, without seconds or time, with Z, UTC or an
 * offset, which is converted. Null for anything else. A cast alone would drop an offset without a word.
 */
function timestampFromText(cell: string): string {
  const part = (group: number) => `regexp_extract(${cell}, '${FORM}', ${group})`;
  const minutes = `60 * TRY_CAST('0' || ${part(3)} AS INTEGER) + TRY_CAST('0' || ${part(4)} AS INTEGER)`;
  const sign = `CASE ${part(2)} WHEN '-' THEN -1 ELSE 1 END`;
  return `CASE WHEN ${cell} LIKE '${PLAIN}' THEN TRY_CAST(${cell} AS TIMESTAMP)
    WHEN regexp_full_match(${cell}, '${FORM}') THEN TRY_CAST(${part(1)} AS TIMESTAMP) - to_minutes(${sign} * (${minutes})) END`;
}

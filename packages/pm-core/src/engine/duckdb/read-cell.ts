import { DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api';
import type { Cell } from '../table-engine.ts';

/** A DuckDB value as a plain cell; see {@link Cell}. */
export function readCell(value: DuckDBValue): Cell {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof DuckDBTimestampValue) return String(value).replace(' ', 'T');
  return String(value);
}

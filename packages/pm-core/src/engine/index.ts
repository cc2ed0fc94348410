export { type DuckDbOptions, openDuckDb } from './duckdb/duckdb-engine.ts';
export { compareNatural, naturalOrder } from './natural-order.ts';
export { identifier, literal, timestampLiteral } from './sql.ts';
export type {
  Cell,
  ColumnArrays,
  ColumnKind,
  Columns,
  ColumnValues,
  Row,
  TableEngine,
} from './table-engine.ts';

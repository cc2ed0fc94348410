import type { Column } from '../tables.ts';

/** What a small query returns. Timestamps are `YYYY-MM-DDTHH:MM:SS[.ffffff]`, integers beyond 2^53 are strings. */
export type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;

/** How a column is wanted in memory. Nulls: NaN in floats and timestamps, '' in strings; an int32 column must have none. */
export type ColumnKind = 'float64' | 'float32' | 'int32' | 'timestamp' | 'string';
export interface ColumnArrays {
  float64: Float64Array;
  /** In shared memory, so that workers read it without a copy. */
  float32: Float32Array<SharedArrayBuffer>;
  int32: Int32Array;
  /** Milliseconds since 1970-01-01 UTC. */
  timestamp: Float64Array;
  string: string[];
}
export interface Columns<Kinds extends Record<string, ColumnKind>> {
  readonly rowCount: number;
  readonly columns: { readonly [Name in keyof Kinds]: ColumnArrays[Kinds[Name]] };
}

/** Cells of one column to be loaded: milliseconds since 1970 UTC for timestamps; NaN and undefined are null. */
export type ColumnValues = ArrayLike<string | undefined> | ArrayLike<number>;

/** The one port to a SQL engine. Statements are made by pure functions; only an engine runs them. */
export interface TableEngine {
  /** Gives Parquet files a table's name; none makes an error when the name is used. Replaces an earlier view of that name. */
  defineView(name: string, parquetFiles: readonly string[]): Promise<void>;
  /** Names a select, so that later statements can read it. `materialized`: computed once, now, in the order of the select. */
  defineQuery(name: string, select: string, options?: { materialized?: boolean }): Promise<void>;
  /** Names columns held in memory, all of one length, so that statements can read them as a table. */
  defineColumns(
    name: string,
    columns: readonly (Pick<Column, 'name' | 'type'> & { readonly values: ColumnValues })[],
  ): Promise<void>;
  /** Runs a statement with a small answer. */
  query(sql: string): Promise<Row[]>;
  /** Reads a large answer into typed arrays, rows in the order of the select. */
  columns<const Kinds extends Record<string, ColumnKind>>(
    select: string,
    kinds: Kinds,
  ): Promise<Columns<Kinds>>;
  /** Reads an answer of any size piece by piece, a few thousand rows each, in the order of the select. No other statement until it ends. */
  batches<const Kinds extends Record<string, ColumnKind>>(
    select: string,
    kinds: Kinds,
  ): AsyncIterable<Columns<Kinds>>;
  /** Writes a select as one Parquet file, rows in its order; returns the number of rows. Not atomic: give a temporary path. */
  writeParquet(select: string, path: string): Promise<number>;
  close(): void;
}

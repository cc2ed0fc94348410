import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

/** One connection to an MLflow database, used by one thread. */
export interface Database {
  /** Rows of a fixed query, prepared once. An integer beyond ±2^53 comes as a bigint, every other as a number. */
  rows<Row>(sql: string, ...values: SQLInputValue[]): Row[];
  /** The first of those rows. */
  row<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined;
  /** Rows of a query made for one request, not kept. */
  search<Row>(sql: string, values: readonly SQLInputValue[]): Row[];
  /** Runs a fixed statement; the number of rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number;
  /** All of `work` or nothing, the only writer while it runs; waits up to 5 s for another process's writing. */
  write<Result>(work: () => Result): Result;
  /** All reads of `work` see one state. */
  read<Result>(work: () => Result): Result;
  close(): void;
}

/** Wraps an open connection. */
export function createDatabase(connection: DatabaseSync): Database {
  const prepared = new Map<string, StatementSync>();
  const statement = (sql: string) => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const made = connection.prepare(sql);
    prepared.set(sql, made);
    return made;
  };
  return {
    rows: (sql, ...values) => rowsOf(statement(sql), values),
    row: <Row>(sql: string, ...values: SQLInputValue[]) => rowsOf<Row>(statement(sql), values)[0],
    search: (sql, values) => rowsOf(connection.prepare(sql), values),
    run: (sql, ...values) => Number(statement(sql).run(...values).changes),
    write: (work) => transaction(connection, 'BEGIN IMMEDIATE', work),
    read: (work) => transaction(connection, 'BEGIN', work),
    close: () => connection.close(),
  };
}

function transaction<Result>(connection: DatabaseSync, begin: string, work: () => Result): Result {
  connection.exec(begin);
  try {
    const result = work();
    connection.exec('COMMIT');
    return result;
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

/** node:sqlite refuses to read an integer that a double cannot hold; such rows, rare, are read again as bigints. */
function rowsOf<Row>(statement: StatementSync, values: readonly SQLInputValue[]): Row[] {
  try {
    return statement.all(...values) as Row[];
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_OUT_OF_RANGE') throw error;
  }
  statement.setReadBigInts(true);
  try {
    return statement.all(...values).map(withSafeNumbers) as Row[];
  } finally {
    statement.setReadBigInts(false);
  }
}

function withSafeNumbers(row: Record<string, unknown>): Record<string, unknown> {
  const narrow = (value: unknown) =>
    typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, narrow(value)]));
}

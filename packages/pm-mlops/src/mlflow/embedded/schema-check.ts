import { DatabaseSync } from 'node:sqlite';

interface Column {
  readonly name: string;
  readonly notnull: number;
  readonly dflt_value: string | null;
}

/** Traces are MLflow's for language models: nothing here reads or writes them. */
const unused = /^(trace_|sqlite_|alembic_)/;

/**
 * What a database lacks to be used like one of schema `sql`, as phrases for people: a table or column that is missing,
 * or a new column that every insert would have to fill. Empty where all is there.
 */
export function missingFrom(connection: DatabaseSync, sql: string): string[] {
  const pinned = new DatabaseSync(':memory:');
  try {
    pinned.exec(sql);
    return tablesOf(pinned).flatMap((table) =>
      missingColumns(table, columnsOf(pinned, table), columnsOf(connection, table)),
    );
  } finally {
    pinned.close();
  }
}

function missingColumns(table: string, needed: readonly Column[], present: readonly Column[]): string[] {
  if (present.length === 0) return [`table ${table} is missing`];
  const lost = needed.filter(({ name }) => !present.some((column) => column.name === name));
  const demanded = present.filter(
    (column) =>
      !needed.some(({ name }) => name === column.name) && column.notnull === 1 && column.dflt_value === null,
  );
  return [
    ...lost.map(({ name }) => `column ${table}.${name} is missing`),
    ...demanded.map(({ name }) => `column ${table}.${name} is new and has no default`),
  ];
}

function tablesOf(connection: DatabaseSync): string[] {
  const tables = connection
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .all();
  return tables.map(({ name }) => name as string).filter((name) => !unused.test(name));
}

function columnsOf(connection: DatabaseSync, table: string): Column[] {
  return connection
    .prepare('SELECT name, "notnull", dflt_value FROM pragma_table_info(?)')
    .all(table) as unknown as Column[];
}

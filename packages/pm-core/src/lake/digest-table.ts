import { identifier, type TableEngine } from '../engine/index.ts';

/** What a table holds, without its rows. */
export interface TableDigest {
  readonly rows: number;
  /** A digest by column, equal for equal rows in any order; a column's includes whose value it is, by the key. */
  readonly columns: Readonly<Record<string, string>>;
}

/**
 * Digests each column of a table in one pass. The hash is the engine's own: digests of two versions of the engine must not be
 * held against each other. `key` names a row, so that no two rows cancel each other out.
 */
export async function digestTable(
  engine: TableEngine,
  table: string,
  key: readonly string[],
): Promise<TableDigest> {
  const names = (await engine.query(`DESCRIBE ${identifier(table)}`)).map((row) => `${row.column_name}`);
  const keyColumns = key.map(identifier).join(', ');
  // Once more over the hash of several values, in which the last one is but xored: values exchanged between rows would cancel out.
  const digests = names.map(
    (name) => `bit_xor(hash(hash(${keyColumns}, ${identifier(name)}))) AS ${identifier(name)}`,
  );
  const [found] = await engine.query(
    `SELECT count(*) AS "row count", ${digests.join(', ')} FROM ${identifier(table)}`,
  );
  const columns = Object.fromEntries(names.map((name) => [name, String(found![name])]));
  return { rows: Number(found!['row count']), columns };
}

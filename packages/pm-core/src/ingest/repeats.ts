import { identifier, type TableEngine } from '../engine/index.ts';
import { DICTIONARY, type RawTable } from '../tables.ts';
import { MACHINE_TYPE } from './row-checks.ts';

/** Names of a table's intermediate tables in the engine. */
export const stageNames = (table: RawTable) => ({
  stage: (file: number) => `ingest_${table}_${file}`,
  /** Rows of all files, with `file` (from 0) and `place` in it. */
  rows: `ingest_${table}`,
  /** Key and values of the lake's rows as `file` −1. */
  lake: `ingest_lake_${table}`,
  /** Rows without a fault, the lake's among them. */
  good: `ingest_good_${table}`,
  repeatedKeys: `ingest_repeated_${table}`,
  /** `file`, `place`, `exact` of good rows whose key came before. */
  repeats: `ingest_repeats_${table}`,
});

/**
 * Finds the rows whose key came before, in the lake or earlier in the files: `exact` if all values are those of the
 * first row of the key. Returns whether there are any.
 */
export async function findRepeats(engine: TableEngine, table: RawTable): Promise<boolean> {
  const names = stageNames(table);
  const { key, columns } = DICTIONARY[table];
  const keys = key.map(identifier).join(', ');
  const values = columns.map(({ name }) => name).filter((name) => !(key as readonly string[]).includes(name));
  await engine.defineQuery(
    names.repeatedKeys,
    `SELECT ${keys} FROM ${names.good} GROUP BY ${keys} HAVING count(*) > 1`,
    { materialized: true },
  );
  const firsts = values.map(
    (name) => `first_value(${identifier(name)}) OVER same AS ${identifier(`first_${name}`)}`,
  );
  const equal = values.map(
    (name) => `${identifier(name)} IS NOT DISTINCT FROM ${identifier(`first_${name}`)}`,
  );
  await engine.defineQuery(
    names.repeats,
    `SELECT file, place, ${equal.join(' AND ') || 'true'} AS exact FROM (
       SELECT *, ${[...firsts, 'row_number() OVER same AS nth'].join(', ')}
       FROM ${names.good} SEMI JOIN ${names.repeatedKeys} USING (${keys})
       WINDOW same AS (PARTITION BY ${keys} ORDER BY file, place))
     WHERE nth > 1`,
    { materialized: true },
  );
  const [any] = await engine.query(`SELECT count(*) AS n FROM ${names.repeats}`);
  return any!.n !== 0;
}

/** The rows to be kept, the lake's among them, in the order of the key; `repeats`: whether there are any. */
export function keptRows(table: RawTable, { repeats }: { repeats: boolean }): string {
  const names = stageNames(table);
  const { key, columns } = DICTIONARY[table];
  const cells = columns.map(({ name }) => {
    const cell = `kept.${identifier(name)}`;
    return name === 'machine_id' ? `CAST(${cell} AS VARCHAR) AS machine_id` : cell;
  });
  const order = key.map((name) =>
    name === 'machine_id' ? `CAST(kept.machine_id AS ${MACHINE_TYPE})` : `kept.${identifier(name)}`,
  );
  return `SELECT ${cells.join(', ')} FROM ${names.good} kept
    ${repeats ? `ANTI JOIN ${names.repeats} USING (file, place)` : ''} ORDER BY ${order.join(', ')}`;
}

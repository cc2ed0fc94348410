import { identifier, type TableEngine } from '../engine/index.ts';
import { DICTIONARY, type RawTable } from '../tables.ts';
import type { LakeSide } from './lake-side.ts';
import { keyList, sameValues, stageNames, valueColumns } from './stage-names.ts';

/**
 * What becomes of a good row whose key the lake or another row has. `corrected`: it takes the place of the lake's row.
 * `unchanged`: the lake or an earlier row says the same. `outdated`: its file was known when a correction replaced what it
 * says. `rejected`: its file, or in this ingest an earlier one (`outvoted`), has other values.
 */
export type Verdict = 'corrected' | 'unchanged' | 'outdated' | 'rejected' | 'outvoted';

/**
 * Judges the good rows that are not simply new, into the engine's table of verdicts. In each file the first row of a key
 * speaks for the file; what the lake says already, or has once seen replaced, takes no part; of the other files the first
 * wins. Returns whether there are any.
 */
export async function judgeRows(engine: TableEngine, table: RawTable, lake: LakeSide): Promise<boolean> {
  const names = stageNames(table);
  const keys = keyList(table);
  await engine.defineQuery(
    names.repeatedKeys,
    `SELECT ${keys}, true AS repeated FROM ${names.good} GROUP BY ${keys} HAVING count(*) > 1`,
    { materialized: true },
  );
  await engine.defineQuery(names.met, metRows(table, lake), { materialized: true });
  await engine.defineQuery(names.verdicts, verdicts(table, lake), { materialized: true });
  const [any] = await engine.query(`SELECT count(*) AS n FROM ${names.verdicts}`);
  return any!.n !== 0;
}

function metRows(table: RawTable, lake: LakeSide): string {
  const names = stageNames(table);
  const keys = keyList(table);
  const select = 'SELECT good.*, coalesce(repeated, false) AS repeated';
  const repeated = `LEFT JOIN ${names.repeatedKeys} USING (${keys})`;
  if (!lake.rows) {
    return `${select}, false AS in_lake, false AS as_in_lake FROM ${names.good} good ${repeated} WHERE repeated`;
  }
  return `${select}, coalesce(present, false) AS in_lake, in_lake AND ${sameValues(table, 'good', 'lake')} AS as_in_lake
    FROM ${names.good} good LEFT JOIN (SELECT *, true AS present FROM ${names.lake}) lake USING (${keys}) ${repeated}
    WHERE present OR repeated`;
}

function verdicts(table: RawTable, lake: LakeSide): string {
  const names = stageNames(table);
  const keys = keyList(table);
  return `WITH said AS (
      SELECT *, ${asFirst(table, 'own')} AS as_own FROM ${names.met} WHERE repeated OR NOT as_in_lake
      WINDOW own AS (PARTITION BY ${keys}, file ORDER BY place)),
    judged AS (
      SELECT said.*, CASE WHEN NOT as_own THEN 'rejected' WHEN as_in_lake THEN 'unchanged'
        WHEN fate = 'corrected' THEN 'outdated' WHEN fate = 'rejected' THEN 'rejected' END AS verdict
      FROM said ${lake.replaced ? joinReplaced(table) : 'LEFT JOIN (SELECT NULL AS fate) ON false'}),
    news AS (
      SELECT file, place, in_lake, row_number() OVER same AS nth, ${asFirst(table, 'same')} AS as_first
      FROM judged WHERE verdict IS NULL WINDOW same AS (PARTITION BY ${keys} ORDER BY file, place))
    SELECT file, place, 'unchanged' AS verdict FROM ${names.met} WHERE as_in_lake AND NOT repeated
    UNION ALL SELECT file, place, verdict FROM judged WHERE verdict IS NOT NULL
    UNION ALL SELECT file, place,
      CASE WHEN nth = 1 THEN 'corrected' WHEN as_first THEN 'unchanged' ELSE 'outvoted' END
    FROM news WHERE in_lake OR nth > 1`;
}

/** Whether a row has the values of the first of a window. */
const asFirst = (table: RawTable, window: string): string =>
  valueColumns(table)
    .map(identifier)
    .map((name) => `${name} IS NOT DISTINCT FROM first_value(${name}) OVER ${window}`)
    .join(' AND ') || 'true';

/**
 * Adds `fate`: `corrected` where a file says what another one's correction replaced after the file first came, `rejected`
 * where it says again what was rejected of it; null else.
 */
function joinReplaced(table: RawTable): string {
  const names = stageNames(table);
  const columns = DICTIONARY[table].columns.map(({ name }) => identifier(name)).join(', ');
  const sameKey = DICTIONARY[table].key.map((name) => `said.${identifier(name)} = old.${identifier(name)}`);
  return `LEFT JOIN (
      SELECT file, ${columns}, min(fate) AS fate FROM ${names.lakeReplaced} old JOIN ${names.files} files
        ON CASE WHEN fate = 'corrected' THEN since <= commit_number AND files.source <> old.source ELSE files.source = old.source END
      GROUP BY ALL) old
    ON said.file = old.file AND ${sameKey.join(' AND ')} AND ${sameValues(table, 'said', 'old')}`;
}

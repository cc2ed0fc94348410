import { join } from 'node:path';
import { naturalOrder, type TableEngine } from '../engine/index.ts';
import type { Lake, TableWrite } from '../lake/index.ts';
import { takenRows } from './merge-rows.ts';
import { timeColumn } from './stage-names.ts';
import type { StagedTable } from './stage-table.ts';

const BEFORE = 'ingest_stale_features_before';

/**
 * New content of stale_features: what these tables change in the lake's table `features`, and what it was already behind in. A
 * reading, an error or a repair counts from its instant on, a row of machines for all of its machine. Undefined if there is no
 * such table, or nothing changes in it.
 */
export async function staleFeatures(
  engine: TableEngine,
  staged: readonly StagedTable[],
  { directory, manifest }: Lake,
): Promise<TableWrite | undefined> {
  const changes = staged.flatMap(({ table, merge }) => {
    if (table === 'failures' || merge.new + merge.corrected === 0) return [];
    const time = timeColumn(table) ?? 'CAST(NULL AS TIMESTAMP)';
    return [
      `SELECT CAST(machine_id AS VARCHAR) AS machine_id, ${time} AS stale_from FROM (${takenRows(table, merge)})`,
    ];
  });
  if (manifest.tables.features === undefined || changes.length === 0) return undefined;
  const { stale_features: before } = manifest.tables;
  if (before !== undefined) {
    await engine.defineView(
      BEFORE,
      before.files.map((file) => join(directory, file)),
    );
    changes.push(`SELECT * FROM ${BEFORE}`);
  }
  const select = `SELECT machine_id, CASE WHEN count(*) = count(stale_from) THEN min(stale_from) END AS stale_from
    FROM (${changes.join(' UNION ALL ')}) GROUP BY machine_id ORDER BY ${naturalOrder('machine_id')}`;
  return { write: (path) => engine.writeParquet(select, path) };
}

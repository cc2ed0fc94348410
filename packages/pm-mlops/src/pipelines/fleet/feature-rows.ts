import type { FleetConfig } from 'pm-core';
import { identifier, naturalOrder, type TableEngine } from 'pm-core/engine';
import { type FeaturePeriod, featuresSelect, featuresSince } from 'pm-core/features';
import { inMonth, type MonthsWrite, monthlyFiles, monthsOf, type TableWrite } from 'pm-core/lake';
import type { Workbench } from '../base/workbench.ts';

/** What a feature table is to hold, and how many of its rows were computed for it. */
export interface FeatureRowsWrite {
  readonly content: TableWrite | MonthsWrite;
  readonly rowsComputed: number;
}

const COMPUTED = 'computed_features';
const STARTS = 'feature_starts';

/** All rows of a feature table. */
export async function computeFeatures(
  { engine }: Workbench,
  config: FleetConfig,
  period: FeaturePeriod,
): Promise<FeatureRowsWrite> {
  await engine.defineQuery(COMPUTED, featuresSelect(config, period), { materialized: true });
  const months = await monthsOf(engine, COMPUTED, 'window_end');
  const rows = `SELECT * FROM ${COMPUTED}`;
  const rowsOf = (month: string) => `${rows} WHERE ${inMonth('window_end', month)}`;
  const content =
    months.length === 0
      ? { write: (path: string) => engine.writeParquet(rows, path) }
      : { months: monthlyFiles(engine, months, rowsOf), others: 'go' as const };
  return { content, rowsComputed: await countRows(engine) };
}

/**
 * The rows of `features` that stale_features names, the others of their months as they are. A machine's rows go on from its last
 * one that still holds: so those of a time without readings are not forgotten.
 */
export async function updateFeatures(
  { engine }: Workbench,
  config: FleetConfig,
  anchor: string,
): Promise<FeatureRowsWrite> {
  await engine.defineQuery(
    STARTS,
    `SELECT machine_id, max(window_end) FILTER (window_end < stale_from)
       + INTERVAL '${config.features.tumblingWindowHours}' HOUR AS first_cutoff
     FROM stale_features LEFT JOIN features USING (machine_id) GROUP BY machine_id`,
    { materialized: true },
  );
  await engine.defineQuery(COMPUTED, await featuresSince(engine, config, { anchor, starts: STARTS }), {
    materialized: true,
  });
  const months = await monthsOf(engine, COMPUTED, 'window_end');
  return {
    content: { months: monthlyFiles(engine, months, updatedMonth), others: 'stay' },
    rowsComputed: await countRows(engine),
  };
}

function updatedMonth(month: string): string {
  const kept = `SELECT features.* FROM features LEFT JOIN ${STARTS} AS starts ON starts.machine_id = features.machine_id
    WHERE ${inMonth('window_end', month)} AND (starts.machine_id IS NULL OR window_end < first_cutoff)`;
  return `SELECT * FROM (${kept} UNION ALL SELECT * FROM ${COMPUTED} WHERE ${inMonth('window_end', month)})
    ORDER BY ${naturalOrder(identifier('machine_id'))}, window_end`;
}

/** Frees what the engine holds of the rows that were computed. */
export const dropComputedRows = async (engine: TableEngine): Promise<void> =>
  void (await engine.query(`DROP TABLE IF EXISTS ${COMPUTED}`));

async function countRows(engine: TableEngine): Promise<number> {
  const [counted] = await engine.query(`SELECT count(*) AS n FROM ${COMPUTED}`);
  return Number(counted!.n);
}

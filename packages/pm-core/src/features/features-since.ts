import { identifier, type TableEngine, timestampLiteral } from '../engine/index.ts';
import { SENSORS } from '../tables.ts';
import { type FeatureConfig, featureNames } from './feature-table.ts';
import { featuresSelect } from './features-select.ts';

const READINGS = 'readings_since';

/**
 * SQL select of the rows of {@link featuresSelect} that a table `starts` (machine_id, first_cutoff) of the engine asks for: those
 * of its machines alone, of each from its first cutoff on; null asks for all of a machine, an instant for those that follow an
 * earlier row. The same bits; of telemetry only what these rows look back at is read, into a temporary table.
 */
export async function featuresSince(
  engine: TableEngine,
  config: FeatureConfig,
  { anchor, starts }: { readonly anchor: string; readonly starts: string },
): Promise<string> {
  const { lookbackHours, tumblingWindowHours } = config.features;
  const reach = `(first_cutoff - INTERVAL '${Math.max(...lookbackHours)}' HOUR)`;
  const [least] = await engine.query(
    `SELECT CASE WHEN count(*) = count(first_cutoff) THEN min(${reach}) END AS reach FROM ${identifier(starts)}`,
  );
  // A literal beside each machine's own reach: it keeps the engine from reading older files and row groups at all.
  const atLeast = least!.reach === null ? 'true' : `measured_at > ${timestampLiteral(String(least!.reach))}`;
  const readings = `SELECT telemetry.* FROM telemetry JOIN ${identifier(starts)} USING (machine_id)
    WHERE ${atLeast} AND (first_cutoff IS NULL OR measured_at > ${reach})`;
  // A row without a reading: the machine was there before, so its steps begin here even where nothing was read for long.
  const presence = `SELECT machine_id, ${reach} + INTERVAL '${tumblingWindowHours}' HOUR AS measured_at,
    ${SENSORS.map((sensor) => `CAST(NULL AS DOUBLE) AS ${sensor}`).join(', ')}
    FROM ${identifier(starts)} WHERE first_cutoff IS NOT NULL`;
  await engine.defineQuery(READINGS, `${readings} UNION ALL ${presence}`, { materialized: true });
  const names = ['machine_id', 'window_end', ...featureNames(config)].map(
    (name) => `rows.${identifier(name)}`,
  );
  return `WITH telemetry AS (SELECT * FROM ${READINGS})
    SELECT ${names.join(', ')} FROM (${featuresSelect(config, { anchor })}) AS rows
    JOIN ${identifier(starts)} AS starts ON starts.machine_id = rows.machine_id
    WHERE first_cutoff IS NULL OR window_end >= first_cutoff`;
}

import { identifier, timestampLiteral } from '../engine/index.ts';
import { COMPONENTS, ERROR_CODES, MACHINE_MODELS, SENSORS } from '../tables.ts';
import { errorCounts, latestReplacements } from './event-features.ts';
import { type FeatureConfig, featureNames } from './feature-table.ts';
import { type Grid, stepInstant } from './grid.ts';
import { type FeaturePeriod, machineSteps, telemetryPeriod } from './machine-steps.ts';
import { intervalMoments } from './telemetry-moments.ts';
import { telemetryWindows, windowMoments } from './telemetry-windows.ts';

/** Raised whenever {@link featuresSelect} gives other bits for the same rows: no table may have rows of two of them. */
export const FEATURES_DEFINITION = 1;

export type FeaturesSelect = (config: FeatureConfig, period: FeaturePeriod) => string;

/**
 * SQL select of the feature table (`featureTable`) over machines, telemetry, errors and maintenance, sorted by its key.
 * A row for every grid instant T from a machine's first to its last telemetry row, both included, gaps included.
 * Telemetry windows are (T − lookback, T] in time; no reading: null, the std of one reading: null; never infinite.
 * Each value's bits depend on the rows of its own window alone: not on threads, row order, or the period asked for.
 */
export const featuresSelect: FeaturesSelect = (config, period) => {
  const { tumblingWindowHours: stepHours, lookbackHours, errorLookbackHours } = config.features;
  const grid: Grid = { anchor: period.anchor, stepHours };
  const intervals = Math.max(...lookbackHours) / stepHours;
  return `WITH machine_steps AS (${machineSteps(grid, period, intervals)}),
grid AS (SELECT machine_id, position, unnest(range(first_step, last_step + 1)) AS step FROM machine_steps),
interval_moments AS (${intervalMoments(grid, telemetryPeriod(grid, period, intervals))}),
latest_replacements AS (${latestReplacements(grid)}),
error_counts AS (${errorCounts(grid, errorLookbackHours)}),
${telemetryWindows(intervals)},
features AS (
  SELECT position, step, machine_id, ${stepInstant(grid, 'step')} AS window_end, ${values(config).join(',\n    ')}
  FROM window_${intervals} LEFT JOIN error_counts USING (machine_id, step) LEFT JOIN machines USING (machine_id))
SELECT machine_id, window_end, ${featureNames(config).map(identifier).join(', ')}
FROM features WHERE ${period.from === undefined ? 'true' : `window_end >= ${timestampLiteral(period.from)}`}
ORDER BY position, step`;
};

/** The expression of each feature under its name. */
function values({
  features: { tumblingWindowHours, lookbackHours, errorLookbackHours },
}: FeatureConfig): string[] {
  const telemetry = SENSORS.flatMap((s) =>
    lookbackHours.map((hours) => {
      const { n, mean, m2 } = windowMoments(s, hours / tumblingWindowHours);
      return `${mean} AS ${s}_mean_${hours}h, CASE WHEN ${n} > 1 THEN sqrt(${m2} / (${n} - 1)) END AS ${s}_std_${hours}h`;
    }),
  );
  const errors = ERROR_CODES.map((code) => {
    const name = `${code}_count_${errorLookbackHours}h`;
    return `CAST(coalesce(${code}, 0) AS DOUBLE) AS ${name}`;
  });
  const replacements = COMPONENTS.map(
    (c) =>
      `CAST(epoch_us(window_end) - epoch_us(${c}_replaced_at) AS DOUBLE) / 86400000000 AS ${c}_days_since_replacement`,
  );
  const models = MACHINE_MODELS.map(
    (m) => `CASE WHEN model = '${m}' THEN 1.0::DOUBLE ELSE 0.0::DOUBLE END AS model_is_${m}`,
  );
  return [...telemetry, ...errors, ...replacements, 'CAST(age_years AS DOUBLE) AS age_years', ...models];
}

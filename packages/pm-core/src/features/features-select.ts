import { identifier, naturalOrder, timestampLiteral } from '../engine/index.ts';
import { COMPONENTS, ERROR_CODES, MACHINE_MODELS, SENSORS } from '../tables.ts';
import { errorCounts, latestReplacements } from './event-features.ts';
import { type FeatureConfig, featureNames } from './feature-table.ts';
import { type Grid, stepAtOrAfter, stepAtOrBefore, stepInstant } from './grid.ts';
import { intervalMoments, type Moments, mergedMoments } from './telemetry-moments.ts';

/** Which rows of the grid are wanted: from ≤ T ≤ to, both ends included; UTC timestamps. */
export interface FeaturePeriod {
  readonly anchor: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}
export type FeaturesSelect = (config: FeatureConfig, period: FeaturePeriod) => string;

/**
 * SQL select of the feature table ({@link featureTable}) over machines, telemetry, errors and maintenance, sorted by its key.
 * A row for every grid instant T from a machine's first to its last telemetry row, both included, gaps included.
 * Telemetry windows are (T − lookback, T] in time; no reading: null, the std of one reading: null; never infinite.
 * Each value's bits depend on the rows of its own window alone: not on threads, row order, or the period asked for.
 */
export const featuresSelect: FeaturesSelect = (config, period) => {
  const { tumblingWindowHours: stepHours, lookbackHours, errorLookbackHours } = config.features;
  const grid: Grid = { anchor: period.anchor, stepHours };
  const intervals = Math.max(...lookbackHours) / stepHours;
  const windows = Array.from({ length: intervals - 1 }, (_, i) => i + 2);
  return `WITH machine_steps AS (${machineSteps(grid, period, intervals)}),
grid AS (SELECT machine_id, position, unnest(range(first_step, last_step + 1)) AS step FROM machine_steps),
interval_moments AS (${intervalMoments(grid, telemetryPeriod(grid, period, intervals))}),
latest_replacements AS (${latestReplacements(grid)}),
error_counts AS (${errorCounts(grid, errorLookbackHours)}),
window_1 AS (${firstWindow(intervals)}),
${windows.map((i) => `window_${i} AS (${nextWindow(i)}),\n`).join('')}features AS (
  SELECT position, step, machine_id, ${stepInstant(grid, 'step')} AS window_end, ${values(config).join(',\n    ')}
  FROM window_${intervals} LEFT JOIN error_counts USING (machine_id, step) LEFT JOIN machines USING (machine_id))
SELECT machine_id, window_end, ${featureNames(config).map(identifier).join(', ')}
FROM features WHERE ${period.from === undefined ? 'true' : `window_end >= ${timestampLiteral(period.from)}`}
ORDER BY position, step`;
};

/** Each machine's place in the natural order and its steps, with those before `from` that its longest lookback needs. */
function machineSteps(grid: Grid, { from, to }: FeaturePeriod, intervals: number): string {
  const first = stepAtOrAfter(grid, 'min(measured_at)');
  const last = stepAtOrBefore(grid, 'max(measured_at)');
  const earliest = from && `${stepAtOrAfter(grid, timestampLiteral(from))} - ${intervals - 1}`;
  const latest = to && stepAtOrBefore(grid, timestampLiteral(to));
  return `SELECT machine_id, row_number() OVER (ORDER BY ${naturalOrder('machine_id')}) AS position,
  ${earliest ? `greatest(${first}, ${earliest})` : first} AS first_step,
  ${latest ? `least(${last}, ${latest})` : last} AS last_step
FROM telemetry GROUP BY machine_id`;
}

/** Keeps out the readings that no wanted row uses: a shortcut, never a matter of values. */
function telemetryPeriod(grid: Grid, { from, to }: FeaturePeriod, intervals: number): string {
  const earliest =
    from && stepInstant(grid, `(${stepAtOrAfter(grid, timestampLiteral(from))} - ${intervals})`);
  const terms = [
    ...(earliest ? [`measured_at > ${earliest}`] : []),
    ...(to ? [`measured_at <= ${timestampLiteral(to)}`] : []),
  ];
  return terms.join(' AND ') || 'true';
}

/** The grid with the moments of the last interval, of those before it (`…_back_1` …) and the latest replacements. */
function firstWindow(intervals: number): string {
  const own = SENSORS.map(
    (s) => `coalesce(${s}_n, 0) AS ${s}_n_1, ${s}_mean AS ${s}_mean_1, ${s}_m2 AS ${s}_m2_1`,
  );
  const earlier = Array.from({ length: intervals - 1 }, (_, i) =>
    SENSORS.map(
      (s) => `coalesce(lag(${s}_n, ${i + 1}) OVER steps, 0) AS ${s}_n_back_${i + 1},
  lag(${s}_mean, ${i + 1}) OVER steps AS ${s}_mean_back_${i + 1}, lag(${s}_m2, ${i + 1}) OVER steps AS ${s}_m2_back_${i + 1}`,
    ),
  ).flat();
  const replaced = COMPONENTS.map((c) => `max(${c}) OVER steps AS ${c}_replaced_at`);
  return `SELECT machine_id, position, step, ${[...own, ...earlier, ...replaced].join(',\n  ')}
FROM grid LEFT JOIN interval_moments USING (machine_id, step) LEFT JOIN latest_replacements USING (machine_id, step)
WINDOW steps AS (PARTITION BY machine_id ORDER BY step ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
}

/** Adds the moments of the last `count` intervals, merged from the newest to the oldest. */
function nextWindow(count: number): string {
  const merged = SENSORS.map((s) => {
    const { n, mean, m2 } = mergedMoments(momentsOf(s, count - 1), momentsOf(s, `back_${count - 1}`));
    return `${n} AS ${s}_n_${count}, ${mean} AS ${s}_mean_${count}, ${m2} AS ${s}_m2_${count}`;
  });
  return `SELECT *, ${merged.join(',\n  ')} FROM window_${count - 1}`;
}

const momentsOf = (sensor: string, suffix: number | string): Moments => ({
  n: `${sensor}_n_${suffix}`,
  mean: `${sensor}_mean_${suffix}`,
  m2: `${sensor}_m2_${suffix}`,
});

/** The features' expressions, each under its name. */
function values({
  features: { tumblingWindowHours, lookbackHours, errorLookbackHours },
}: FeatureConfig): string[] {
  const telemetry = SENSORS.flatMap((s) =>
    lookbackHours.map((hours) => {
      const { n, mean, m2 } = momentsOf(s, hours / tumblingWindowHours);
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

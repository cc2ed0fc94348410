import { COMPONENTS, SENSORS } from '../tables.ts';
import { type Moments, mergedMoments } from './telemetry-moments.ts';

/**
 * Common table expressions window_1 … window_<intervals>, the last of which has all columns: for each row of the grid and
 * each count of intervals up to T the moments of their readings ({@link windowMoments}), and `<component>_replaced_at`, null if never.
 * Read the expressions grid (a row for every step, without a hole), interval_moments and latest_replacements.
 */
export function telemetryWindows(intervals: number): string {
  const wider = Array.from({ length: intervals - 1 }, (_, i) => `window_${i + 2} AS (${widerWindow(i + 2)})`);
  return [`window_1 AS (${firstWindow(intervals)})`, ...wider].join(',\n');
}

/** SQL columns of the moments of a sensor over the last `intervals` intervals. */
export const windowMoments = (sensor: string, intervals: number): Moments =>
  moments(sensor, String(intervals));

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
function widerWindow(count: number): string {
  const merged = SENSORS.map((s) => {
    const { n, mean, m2 } = mergedMoments(windowMoments(s, count - 1), moments(s, `back_${count - 1}`));
    return `${n} AS ${s}_n_${count}, ${mean} AS ${s}_mean_${count}, ${m2} AS ${s}_m2_${count}`;
  });
  return `SELECT *, ${merged.join(',\n  ')} FROM window_${count - 1}`;
}

const moments = (sensor: string, suffix: string): Moments => ({
  n: `${sensor}_n_${suffix}`,
  mean: `${sensor}_mean_${suffix}`,
  m2: `${sensor}_m2_${suffix}`,
});

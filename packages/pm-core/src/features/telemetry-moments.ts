import { SENSORS } from '../tables.ts';
import { type Grid, stepAtOrAfter } from './grid.ts';

/** Beyond it a feature would be infinite as a float32, and the square of a deviation as a double. */
const LARGEST_READING = '3.4028234663852886e38';

/**
 * SQL select `(machine_id, step, <sensor>_n, <sensor>_mean, <sensor>_m2)`: count, mean and sum of squared deviations
 * of the readings in each interval (T − stepHours, T] that has a row; n is a double, mean and m2 are null without a reading.
 * A null, NaN or larger than float32 cell is no reading.
 *
 * The readings of an interval are sorted by value before they are summed, so that threads and row order change no bit,
 * and shifted by their least, so that a large offset cancels nothing and constant readings have m2 = 0 exactly.
 */
export function intervalMoments(grid: Grid, where = 'true'): string {
  const readings = each((s) => `list_sort(list(${s}) FILTER (${s} <= ${LARGEST_READING})) AS ${s}`);
  const shifted = each((s) => `${s}[1] AS ${s}_least, list_transform(${s}, lambda x: x - ${s}[1]) AS ${s}`);
  const moments = each(
    (s) => `CAST(len(${s}) AS DOUBLE) AS ${s}_n, ${s}_least + list_avg(${s}) AS ${s}_mean,
    CASE WHEN len(${s}) = 1 THEN 0 ELSE list_var_samp(${s}) * (len(${s}) - 1) END AS ${s}_m2`,
  );
  return `SELECT machine_id, step, ${moments} FROM (
  SELECT machine_id, step, ${shifted} FROM (
    SELECT machine_id, ${stepAtOrAfter(grid, 'measured_at')} AS step, ${readings}
    FROM telemetry WHERE ${where} GROUP BY ALL))`;
}

/**
 * SQL expressions of the moments of two disjoint sets of readings together, either of which may be empty (n = 0, the others null).
 * Chan, Golub & LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances", 1979, eq. 2.1.
 */
export function mergedMoments(a: Moments, b: Moments): Moments {
  const n = `(${a.n} + ${b.n})`;
  const delta = `(${b.mean} - ${a.mean})`;
  return {
    n,
    mean: `coalesce(${a.mean} + ${delta} * (${b.n} / nullif(${n}, 0)), ${a.mean}, ${b.mean})`,
    m2: `coalesce(${a.m2} + ${b.m2} + ${delta} * ${delta} * (${a.n} * ${b.n} / nullif(${n}, 0)), ${a.m2}, ${b.m2})`,
  };
}

/** Three SQL expressions: how many, their mean, the sum of their squared deviations from it. */
export interface Moments {
  readonly n: string;
  readonly mean: string;
  readonly m2: string;
}

const each = (sql: (sensor: string) => string): string => SENSORS.map(sql).join(', ');

import { literal } from '../engine/index.ts';
import { COMPONENTS, ERROR_CODES, SENSORS } from '../tables.ts';
import type { Sensor } from './failure-law.ts';

const SPAN_ROWS = `
  SELECT machine_id, min(measured_at) AS first_at, date_diff('hour', min(measured_at), max(measured_at)) / 8760 AS years
  FROM telemetry GROUP BY machine_id`;

/** Columns: machines, machine_years, mean_age. */
export const SPANS = `
  SELECT count(*) AS machines, sum(years) AS machine_years, (SELECT avg(age_years) FROM machines) AS mean_age
  FROM (${SPAN_ROWS})`;

/** By sensor. Columns: mean, standard_deviation, lag_1, sign_shift. */
export const SENSOR_FACTS = Object.fromEntries(
  SENSORS.map((sensor, i) => [sensor, sensorFacts(sensor, COMPONENTS[i]!)]),
) as Record<Sensor, string>;

function sensorFacts(sensor: Sensor, component: string): string {
  return `
  WITH readings AS (
    SELECT machine_id, measured_at, ${sensor} AS value,
      lag(${sensor}) OVER (PARTITION BY machine_id ORDER BY measured_at) AS before
    FROM telemetry),
  signs AS (
    SELECT avg(value) AS mean FROM readings SEMI JOIN failures
    ON failures.machine_id = readings.machine_id AND component = ${literal(component)}
      AND measured_at <= failed_at AND measured_at > failed_at - INTERVAL 48 HOUR)
  SELECT avg(value) AS mean, stddev_samp(value) AS standard_deviation, corr(value, before) AS lag_1,
    (any_value(signs.mean) - avg(value)) / stddev_samp(value) AS sign_shift
  FROM readings CROSS JOIN signs`;
}

/** Columns: error1 … error5 (background errors), planned (replacements), in_rhythm. */
export const EVENT_RATES = `
  WITH background AS (
    SELECT error_code FROM errors ANTI JOIN failures
    ON failures.machine_id = errors.machine_id AND failed_at = occurred_at + INTERVAL 24 HOUR),
  replacements AS (
    SELECT maintenance.* FROM maintenance JOIN (${SPAN_ROWS}) USING (machine_id) WHERE replaced_at >= first_at),
  visits AS (SELECT DISTINCT machine_id, replaced_at FROM replacements),
  intervals AS (
    SELECT date_diff('hour', lag(replaced_at) OVER (PARTITION BY machine_id ORDER BY replaced_at), replaced_at) AS hours
    FROM visits)
  SELECT ${ERROR_CODES.map((code) => `(SELECT count(*) FROM background WHERE error_code = ${literal(code)}) AS ${code}`).join(', ')},
    (SELECT count(*) FROM replacements ANTI JOIN failures ON failures.machine_id = replacements.machine_id
      AND failed_at = replaced_at AND failures.component = replacements.component) AS planned,
    (SELECT avg((hours % 360 = 0)::INT) FROM intervals WHERE hours IS NOT NULL) AS in_rhythm`;

/** Columns: comp1 … comp4 (failures), replaced, errors_per_failure, two_at_once, multiple_of_15_days, below_22_days, old_model_ratio. */
export const FAILURE_FACTS = `
  WITH facts AS (
    SELECT failures.*, model IN ('model1', 'model2') AS old_model,
      date_diff('hour', max(replaced_at) FILTER (replaced_at < failed_at), failed_at) / 24 AS age_days,
      bool_or(replaced_at = failed_at) AS replaced,
      (SELECT count(*) FROM errors WHERE errors.machine_id = failures.machine_id
        AND occurred_at = failed_at - INTERVAL 24 HOUR) AS error_count
    FROM failures JOIN machines USING (machine_id) LEFT JOIN maintenance USING (machine_id, component)
    GROUP BY failures.machine_id, failed_at, component, model),
  instants AS (SELECT machine_id, failed_at, count(*) AS failures FROM facts GROUP BY machine_id, failed_at),
  exposure AS (
    SELECT sum(years) FILTER (model IN ('model1', 'model2')) AS old_years,
      sum(years) FILTER (model NOT IN ('model1', 'model2')) AS new_years
    FROM (${SPAN_ROWS}) JOIN machines USING (machine_id))
  SELECT ${COMPONENTS.map((component) => `count(*) FILTER (component = ${literal(component)}) AS ${component}`).join(', ')},
    avg(replaced::INT) AS replaced,
    avg(error_count) AS errors_per_failure,
    (SELECT avg((failures > 1)::INT) FROM instants) AS two_at_once,
    avg((age_days % 15 = 0)::INT) AS multiple_of_15_days,
    avg((age_days < 22)::INT) AS below_22_days,
    (count(*) FILTER (old_model) / (SELECT old_years FROM exposure))
      / nullif(count(*) FILTER (NOT old_model) / (SELECT new_years FROM exposure), 0) AS old_model_ratio
  FROM facts`;

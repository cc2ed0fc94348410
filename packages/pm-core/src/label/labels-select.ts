import type { FleetConfig } from '../config.ts';
import { naturalOrder } from '../engine/index.ts';
import { featureNames } from '../features/index.ts';
import { COMPONENTS } from '../tables.ts';

/**
 * SQL select of labeled_features over features, failures and telemetry, sorted by key. `label` of a row at T: the number
 * of the component of the first failure with T < failed_at ≤ T + predictionWindowHours, the lowest of several at one
 * instant, 0 without a failure; null where T + window lies past the machine's last telemetry row, even if a failure is seen.
 */
export function labelsSelect(config: Pick<FleetConfig, 'features' | 'predictionWindowHours'>): string {
  const window = `INTERVAL '${config.predictionWindowHours}' HOUR`;
  const numbers = COMPONENTS.map((component, i) => `WHEN '${component}' THEN ${i + 1}`).join(' ');
  return `WITH machine_ends AS (
  SELECT machine_id, max(measured_at) AS last_reading_at FROM telemetry GROUP BY machine_id),
machine_order AS (
  SELECT machine_id, row_number() OVER (ORDER BY ${naturalOrder('machine_id')}) AS position
  FROM features GROUP BY machine_id),
first_failures AS (
  SELECT machine_id, failed_at, min(CASE component ${numbers} END) AS component_number
  FROM failures GROUP BY machine_id, failed_at),
failure_spans AS (
  SELECT machine_id, failed_at, component_number,
    greatest(failed_at - ${window}, lag(failed_at) OVER (PARTITION BY machine_id ORDER BY failed_at)) AS first_cutoff
  FROM first_failures)
SELECT features.machine_id, window_end, ${featureNames(config).join(', ')},
  CASE WHEN window_end + ${window} <= last_reading_at THEN coalesce(component_number, 0) END::INTEGER AS label
FROM features
JOIN machine_order ON machine_order.machine_id = features.machine_id
LEFT JOIN machine_ends ON machine_ends.machine_id = features.machine_id
LEFT JOIN failure_spans ON failure_spans.machine_id = features.machine_id AND window_end >= first_cutoff AND window_end < failed_at
ORDER BY position, window_end`;
}

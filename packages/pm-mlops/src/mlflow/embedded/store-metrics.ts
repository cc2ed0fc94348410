import { z } from 'zod';
import type { Database } from './database.ts';
import { Double, EntityKey, Int64, OptionalText } from './request-fields.ts';

const Timestamp = Int64.refine((ms) => ms >= 0, { error: 'it must not be negative' });

/** One value of a metric; `step` is 0 where none is said. */
export const MetricPoint = z.object({
  key: EntityKey,
  value: Double,
  timestamp: Timestamp,
  step: Int64.nullish(),
  model_id: OptionalText,
  dataset_name: OptionalText,
  dataset_digest: OptionalText,
});
export type MetricPoint = z.infer<typeof MetricPoint>;

/** A point as the tables hold it. */
interface Stored {
  readonly key: string;
  readonly value: number;
  readonly isNan: 0 | 1;
  readonly timestamp: number | bigint;
  readonly step: number | bigint;
}

const insertSql =
  'INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING';
const latestSql = `INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET value = excluded.value, timestamp = excluded.timestamp, step = excluded.step, is_nan = excluded.is_nan
  WHERE (excluded.step, excluded.timestamp, excluded.value) > (step, timestamp, value)`;

/**
 * Adds points to a run's histories; an equal point is kept once. A key's latest value is the largest by (step, timestamp,
 * value), not the last written.
 */
export function storeMetrics(database: Database, run_id: string, points: readonly MetricPoint[]): void {
  const latest = new Map<string, Stored>();
  for (const point of points) {
    const stored = storedForm(point);
    const { key, value, timestamp, step, isNan } = stored;
    database.run(insertSql, key, value, timestamp, run_id, step, isNan);
    const known = latest.get(key);
    if (known === undefined || isLater(stored, known)) latest.set(key, stored);
  }
  for (const { key, value, timestamp, step, isNan } of latest.values()) {
    database.run(latestSql, key, value, timestamp, step, isNan, run_id);
  }
}

/** Adds those points that name a logged model to that model's metrics too; NaN as 0, for MLflow's table has no mark for it. */
export function storeModelMetrics(
  database: Database,
  run: { readonly run_uuid: string; readonly experiment_id: number },
  points: readonly MetricPoint[],
): void {
  for (const point of points) {
    if (!point.model_id) continue;
    const { key, value, timestamp, step } = storedForm(point);
    database.run(
      `INSERT INTO logged_model_metrics (model_id, metric_name, metric_timestamp_ms, metric_step, metric_value,
         experiment_id, run_id, dataset_name, dataset_digest)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      point.model_id,
      key,
      timestamp,
      step,
      value,
      run.experiment_id,
      run.run_uuid,
      point.dataset_name || null,
      point.dataset_digest || null,
    );
  }
}

/** NaN is 0 with a mark, an infinity the largest double of its sign: SQL has neither. */
function storedForm({ key, value, timestamp, step }: MetricPoint): Stored {
  const isNan = Number.isNaN(value);
  const finite = isNan ? 0 : Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);
  return { key, value: finite, isNan: isNan ? 1 : 0, timestamp, step: step ?? 0 };
}

function isLater(one: Stored, other: Stored): boolean {
  if (one.step !== other.step) return one.step > other.step;
  if (one.timestamp !== other.timestamp) return one.timestamp > other.timestamp;
  return one.value > other.value;
}

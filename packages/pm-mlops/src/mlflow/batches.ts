import type { components } from '../generated/mlflow.ts';
import { answerOf, type MlflowClient } from './client.ts';
import { everyItem } from './pages.ts';
import { fittingPair, type OnCut } from './value-limits.ts';
import { pairs, wireDouble } from './wire-values.ts';

type LogBatch = components['schemas']['LogBatch'];

/** One point of a metric's history. */
export interface Metric {
  readonly key: string;
  /** NaN is kept; MLflow keeps an infinity as the largest double of its sign. */
  readonly value: number;
  /** A whole number; distinct steps make a curve. */
  readonly step: number;
  readonly timestampMs: number;
  /** Shows the metric at a logged model too. */
  readonly modelId?: string | undefined;
  /** Shows at that model which dataset it was measured on. */
  readonly dataset?: { readonly name: string; readonly digest: string } | undefined;
}

export interface RunValues {
  readonly metrics?: readonly Metric[];
  /** Written once: another value for the same key is refused. */
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** MLflow's limits of one log-batch call; the bytes count on Databricks only. */
export const BATCH_LIMITS = Object.freeze({
  metrics: 1000,
  params: 100,
  tags: 100,
  entities: 1000,
  bytes: 1_000_000,
});
/** Braces, names of the lists and the run id around a batch's items. */
const envelopeBytes = 200;

/**
 * Logs any number of values, in as many calls as MLflow's limits need. Not atomic beyond one call.
 * A param over 6,000 or a tag over 8,000 characters is cut and `onCut` told; without `onCut` it is refused.
 * @throws UserError `value-too-long`
 */
export async function logBatch(
  { api }: MlflowClient,
  runId: string,
  values: RunValues,
  { onCut }: { onCut?: OnCut } = {},
): Promise<void> {
  const fitting = {
    metrics: (values.metrics ?? []).map(wireMetric),
    params: pairs(values.params ?? {}).map((pair) => fittingPair('param', pair, onCut)),
    tags: pairs(values.tags ?? {}).map((pair) => fittingPair('tag', pair, onCut)),
  };
  for (const batch of splitBatch(fitting)) {
    await api.POST('/api/2.0/mlflow/runs/log-batch', { body: { run_id: runId, ...batch } });
  }
}

export type BatchItems = Required<Omit<LogBatch, 'run_id'>>;

/** The same items in the same order (params, tags, metrics) as batches that each keep {@link BATCH_LIMITS}. */
export function* splitBatch(items: BatchItems): Generator<BatchItems, void, undefined> {
  let batch = emptyBatch();
  for (const kind of ['params', 'tags', 'metrics'] as const) {
    for (const item of items[kind]) {
      const bytes = Buffer.byteLength(JSON.stringify(item)) + 1;
      const isFull =
        batch.count === BATCH_LIMITS.entities ||
        batch.items[kind].length === BATCH_LIMITS[kind] ||
        batch.bytes + bytes > BATCH_LIMITS.bytes;
      if (isFull) {
        yield batch.items;
        batch = emptyBatch();
      }
      batch.items[kind].push(item as BatchItems['metrics'][number] & BatchItems['params'][number]);
      batch.bytes += bytes;
      batch.count++;
    }
  }
  if (batch.count > 0) yield batch.items;
}

const emptyBatch = () => ({
  items: { metrics: [], params: [], tags: [] } as BatchItems,
  bytes: envelopeBytes,
  count: 0,
});

/** The whole history of a metric, in no promised order. */
export async function metricHistory({ api }: MlflowClient, runId: string, key: string): Promise<Metric[]> {
  const query = { run_id: runId, metric_key: key, max_results: 25_000 };
  const points = everyItem(async (page_token) => {
    const { metrics, next_page_token } = await answerOf(
      api.GET('/api/2.0/mlflow/metrics/get-history', {
        params: { query: { ...query, ...(page_token && { page_token }) } },
      }),
    );
    return { items: metrics, nextPageToken: next_page_token };
  });
  const history: Metric[] = [];
  for await (const { value, step, timestamp } of points) {
    history.push({ key, value: Number(value), step: Number(step ?? 0), timestampMs: Number(timestamp) });
  }
  return history;
}

function wireMetric({ key, value, step, timestampMs, modelId, dataset }: Metric) {
  return {
    key,
    value: wireDouble(value),
    timestamp: timestampMs,
    step,
    ...(modelId !== undefined && { model_id: modelId }),
    ...(dataset !== undefined && { dataset_name: dataset.name, dataset_digest: dataset.digest }),
  };
}

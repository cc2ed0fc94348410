import { formatTimestamp, type WorkflowConfig } from 'pm-core';
import { logBatch, type Metric } from '../../mlflow/batches.ts';
import type { MlflowClient } from '../../mlflow/client.ts';
import type { DatasetInput } from '../../mlflow/run.ts';
import { logInputs } from '../../mlflow/run-data.ts';
import { flattenParams } from './flatten-params.ts';
import type { LabeledRows, TrainingData } from './training-data.ts';

/** What was asked for and what it was asked of: params and the datasets with their digests. */
export async function logTrainingInputs(
  client: MlflowClient,
  runId: string,
  { table, description, train, validation, test }: TrainingData,
  { config, lakeDirectory }: { config: WorkflowConfig; lakeDirectory: string },
): Promise<void> {
  const params = {
    ...flattenParams('model', config.model),
    calibration: config.calibration,
    ...flattenParams('evaluate', config.evaluate),
    ...description.params,
    train_rows: String(train.matrix.rowCount),
    ...(validation && { validation_rows: String(validation.matrix.rowCount) }),
    test_rows: String(test.matrix.rowCount),
  };
  await logBatch(client, runId, { params, tags: description.runTags });
  const place = { table, lakeDirectory };
  const datasets = [
    dataset(train, 'training', place),
    ...(validation === undefined ? [] : [dataset(validation, 'validation', place)]),
    dataset(test, 'testing', place),
  ];
  await logInputs(client, runId, { datasets });
}

/** Logs metrics at one step; `modelId` shows them at the logged model too. */
export async function logMetrics(
  client: MlflowClient,
  runId: string,
  values: Readonly<Record<string, number>>,
  { timestampMs, modelId }: { timestampMs: number; modelId?: string | undefined },
): Promise<void> {
  const metrics = Object.entries(values).map(
    ([key, value]): Metric => ({ key, value, step: 0, timestampMs, modelId }),
  );
  await logBatch(client, runId, { metrics });
}

/** Logs a metric's values as steps 1, 2, …. */
export async function logHistory(
  client: MlflowClient,
  runId: string,
  { key, values, timestampMs }: { key: string; values: readonly number[]; timestampMs: number },
): Promise<void> {
  const metrics = values.map((value, index): Metric => ({ key, value, step: index + 1, timestampMs }));
  await logBatch(client, runId, { metrics });
}

/** First and last cutoff of rows, UTC; undefined without time. */
export function interval({ timing }: LabeledRows): { from: string; to: string } | undefined {
  if (timing === undefined) return undefined;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const cutoff of timing.windowEnd) {
    first = Math.min(first, cutoff);
    last = Math.max(last, cutoff);
  }
  return { from: formatTimestamp(first), to: formatTimestamp(last) };
}

function dataset(
  rows: LabeledRows,
  context: string,
  { table, lakeDirectory }: { table: string; lakeDirectory: string },
): DatasetInput {
  const { featureNames, rowCount } = rows.matrix;
  const columns = [
    ...featureNames.map((name) => ({ name, type: 'double', required: true })),
    { name: 'label', type: 'long', required: true },
  ];
  return {
    name: table,
    digest: rows.digest,
    context,
    sourceType: 'local',
    source: JSON.stringify({ uri: `${lakeDirectory}/${table}`, ...interval(rows) }),
    schema: JSON.stringify({ mlflow_colspec: columns }),
    profile: JSON.stringify({ num_rows: rowCount, num_elements: rowCount * columns.length }),
  };
}

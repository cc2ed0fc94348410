import type { MlflowClient } from './client.ts';
import type { DatasetInput } from './run.ts';
import { fittingPair } from './value-limits.ts';
import { pairs } from './wire-values.ts';

/**
 * Sets or overwrites a tag of a run; `mlflow.runName` renames it.
 * @throws UserError `value-too-long` over 8,000 characters.
 */
export async function setTag(
  { api }: MlflowClient,
  runId: string,
  key: string,
  value: string,
): Promise<void> {
  const body = { run_id: runId, ...fittingPair('tag', { key, value }) };
  await api.POST('/api/2.0/mlflow/runs/set-tag', { body });
}

/** @throws MlflowError RESOURCE_DOES_NOT_EXIST where the run has no such tag. */
export async function deleteTag({ api }: MlflowClient, runId: string, key: string): Promise<void> {
  await api.POST('/api/2.0/mlflow/runs/delete-tag', { body: { run_id: runId, key } });
}

export interface RunInputs {
  /** A digest has at most 36 characters. */
  readonly datasets?: readonly DatasetInput[];
  /** Logged models that the run reads. */
  readonly modelIds?: readonly string[];
}

/** Records what a run read. The same dataset or model again changes nothing. */
export async function logInputs(
  { api }: MlflowClient,
  runId: string,
  { datasets = [], modelIds = [] }: RunInputs,
): Promise<void> {
  await api.POST('/api/2.0/mlflow/runs/log-inputs', {
    body: {
      run_id: runId,
      datasets: datasets.map(wireDataset),
      models: modelIds.map((model_id) => ({ model_id })),
    },
  });
}

/** Links logged models to the run that made them, at a step of its training (0 where it has none). */
export async function logOutputs(
  { api }: MlflowClient,
  runId: string,
  models: readonly { readonly modelId: string; readonly step: number }[],
): Promise<void> {
  await api.POST('/api/2.0/mlflow/runs/outputs', {
    body: { run_id: runId, models: models.map(({ modelId, step }) => ({ model_id: modelId, step })) },
  });
}

function wireDataset({ name, digest, context, sourceType, source, schema, profile }: DatasetInput) {
  return {
    tags: pairs(context === undefined ? {} : { 'mlflow.data.context': context }),
    dataset: {
      name,
      digest,
      source_type: sourceType,
      source,
      ...(schema !== undefined && { schema }),
      ...(profile !== undefined && { profile }),
    },
  };
}

import { randomUUID } from 'node:crypto';
import type { components } from '../generated/mlflow.ts';
import { answerOf, type MlflowClient } from './client.ts';
import { createOnce } from './create-once.ts';
import { REQUEST_ID_TAG } from './runs.ts';
import { pairs, recordOf, taggedWith } from './wire-values.ts';

/** A model as a run made it, with its own artifact folder (MLflow 3); registering it makes a model version. */
export interface LoggedModel {
  /** `m-` and 32 hexadecimal digits. */
  readonly modelId: string;
  readonly experimentId: string;
  readonly name: string;
  readonly artifactUri: string;
  readonly sourceRunId: string | undefined;
  readonly isReady: boolean;
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface NewLoggedModel {
  readonly experimentId: string;
  readonly name: string;
  readonly sourceRunId: string;
  /** Such as `classifier`. */
  readonly modelType?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * Opens a logged model: pending until {@link finalizeLoggedModel}; upload its files in between.
 * @throws MlflowError with status 404 on servers before MLflow 3.
 */
export async function createLoggedModel(
  client: MlflowClient,
  model: NewLoggedModel,
  requestId: string = randomUUID(),
): Promise<LoggedModel> {
  const body = {
    experiment_id: model.experimentId,
    name: model.name,
    source_run_id: model.sourceRunId,
    ...(model.modelType !== undefined && { model_type: model.modelType }),
    params: pairs(model.params ?? {}),
    tags: pairs({ ...model.tags, [REQUEST_ID_TAG]: requestId }),
  };
  const create = async () =>
    (await answerOf(client.api.POST('/api/2.0/mlflow/logged-models', { body }))).model;
  const find = async () => {
    const search = { experiment_ids: [model.experimentId], filter: taggedWith(REQUEST_ID_TAG, requestId) };
    const found = await answerOf(client.api.POST('/api/2.0/mlflow/logged-models/search', { body: search }));
    return found.models?.[0];
  };
  return loggedModelOf(await createOnce(client.retry, { create, find }));
}

/** Says that the files of a logged model are complete, or that they never will be. */
export async function finalizeLoggedModel(
  { api }: MlflowClient,
  modelId: string,
  outcome: 'ready' | 'failed' = 'ready',
): Promise<LoggedModel> {
  const status = outcome === 'ready' ? 'LOGGED_MODEL_READY' : 'LOGGED_MODEL_UPLOAD_FAILED';
  const finalized = await answerOf(
    api.PATCH('/api/2.0/mlflow/logged-models/{model_id}', {
      params: { path: { model_id: modelId } },
      body: { model_id: modelId, status },
    }),
  );
  return loggedModelOf(finalized.model);
}

/** @throws MlflowError RESOURCE_DOES_NOT_EXIST */
export async function getLoggedModel({ api }: MlflowClient, modelId: string): Promise<LoggedModel> {
  const path = { model_id: modelId };
  return loggedModelOf(
    (await answerOf(api.GET('/api/2.0/mlflow/logged-models/{model_id}', { params: { path } }))).model,
  );
}

export async function setLoggedModelTags(
  { api }: MlflowClient,
  modelId: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const params = { path: { model_id: modelId } };
  const body = { model_id: modelId, tags: pairs(tags) };
  await api.PATCH('/api/2.0/mlflow/logged-models/{model_id}/tags', { params, body });
}

function loggedModelOf(wire: components['schemas']['LoggedModel'] | undefined): LoggedModel {
  const info = wire?.info;
  if (info?.model_id === undefined) throw new Error('MLflow answered without a logged model');
  return {
    modelId: info.model_id,
    experimentId: info.experiment_id ?? '',
    name: info.name ?? '',
    artifactUri: info.artifact_uri ?? '',
    sourceRunId: info.source_run_id || undefined,
    isReady: info.status === 'LOGGED_MODEL_READY',
    params: recordOf(wire?.data?.params),
    tags: recordOf(info.tags),
  };
}

import { randomUUID } from 'node:crypto';
import { UserError } from 'pm-core';
import { answerOf, type MlflowClient } from './client.ts';
import { createOnce } from './create-once.ts';
import { type ModelStage, type ModelVersion, modelVersionOf } from './model-version.ts';
import { everyItem } from './pages.ts';
import { REQUEST_ID_TAG } from './runs.ts';
import { pairs, quoted } from './wire-values.ts';

export interface NewModelVersion {
  readonly modelName: string;
  /** `mlflow-artifacts:/…` inside the run's artifacts, or `models:/m-…` with `modelId`. */
  readonly source: string;
  readonly runId?: string | undefined;
  readonly modelId?: string | undefined;
  readonly description?: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * Registers a version. Its number is the answer's: the highest number of a later search may be someone else's.
 * An answer that got lost leaves no second version: it carries {@link REQUEST_ID_TAG}.
 */
export async function createModelVersion(
  client: MlflowClient,
  { modelName, source, runId, modelId, description, tags }: NewModelVersion,
  requestId: string = randomUUID(),
): Promise<ModelVersion> {
  const body = {
    name: modelName,
    source,
    ...(runId !== undefined && { run_id: runId }),
    ...(modelId !== undefined && { model_id: modelId }),
    ...(description !== undefined && { description }),
    tags: pairs({ ...tags, [REQUEST_ID_TAG]: requestId }),
  };
  const create = async () => {
    const created = await answerOf(client.api.POST('/api/2.0/mlflow/model-versions/create', { body }));
    return modelVersionOf(created.model_version);
  };
  const find = async () => {
    const versions = await modelVersions(client, modelName);
    return versions.find((version) => version.tags[REQUEST_ID_TAG] === requestId);
  };
  return createOnce(client.retry, { create, find });
}

/** @throws MlflowError RESOURCE_DOES_NOT_EXIST */
export async function getModelVersion(
  { api }: MlflowClient,
  modelName: string,
  version: string,
): Promise<ModelVersion> {
  const query = { name: modelName, version };
  const found = await answerOf(api.GET('/api/2.0/mlflow/model-versions/get', { params: { query } }));
  return modelVersionOf(found.model_version);
}

/**
 * Waits until a version can be loaded, asking once a second; the embedded store and open-source servers are ready at once.
 * @throws UserError `registration-failed` where the server gave up, or `timeoutMs` passed.
 */
export async function untilReady(
  client: MlflowClient,
  modelName: string,
  version: string,
  { timeoutMs = 300_000 }: { timeoutMs?: number } = {},
): Promise<ModelVersion> {
  for (let waitedMs = 0; ; waitedMs += 1000) {
    const found = await getModelVersion(client, modelName, version);
    if (found.status === 'READY') return found;
    if (found.status === 'FAILED_REGISTRATION' || waitedMs >= timeoutMs) {
      const state = `${found.status}${found.statusMessage ? ` (${found.statusMessage})` : ''}`;
      throw new UserError(
        'registration-failed',
        `Version ${version} of ${modelName} is not ready: ${state}.`,
      );
    }
    await client.retry.sleep(1000);
  }
}

/** Versions that pass MLflow's filter (`name = 'pm' and tags.gate = 'passed'`), page by page. */
export function searchModelVersions(
  { api }: MlflowClient,
  filter: string,
): AsyncGenerator<ModelVersion, void, undefined> {
  return everyItem(async (page_token) => {
    const query = { filter, max_results: 1000, ...(page_token && { page_token }) };
    const found = await answerOf(api.GET('/api/2.0/mlflow/model-versions/search', { params: { query } }));
    return { items: found.model_versions?.map(modelVersionOf), nextPageToken: found.next_page_token };
  });
}

/** Every version of a model, the highest number first; none where the model does not exist. */
export async function modelVersions(client: MlflowClient, modelName: string): Promise<ModelVersion[]> {
  const versions: ModelVersion[] = [];
  for await (const version of searchModelVersions(client, `name = ${quoted(modelName)}`))
    versions.push(version);
  return versions.sort((a, b) => Number(b.version) - Number(a.version));
}

/** The highest number in each stage, or in those asked for. */
export async function latestVersions(
  { api }: MlflowClient,
  modelName: string,
  stages: readonly ModelStage[] = [],
): Promise<ModelVersion[]> {
  const body = { name: modelName, stages: [...stages] };
  const found = await answerOf(api.POST('/api/2.0/mlflow/registered-models/get-latest-versions', { body }));
  return (found.model_versions ?? []).map(modelVersionOf);
}

/** The bare call: entering Staging or Production archives what held it. To move a version use moveToStage. */
export async function transitionStage(
  { api }: MlflowClient,
  modelName: string,
  version: string,
  stage: ModelStage,
): Promise<ModelVersion> {
  // Asked to archive for None or Archived, MLflow answers 500.
  const archive_existing_versions = stage === 'Staging' || stage === 'Production';
  const body = { name: modelName, version, stage, archive_existing_versions };
  const moved = await answerOf(api.POST('/api/2.0/mlflow/model-versions/transition-stage', { body }));
  return modelVersionOf(moved.model_version);
}

export async function setModelVersionTag(
  { api }: MlflowClient,
  modelName: string,
  version: string,
  tag: { readonly key: string; readonly value: string },
): Promise<void> {
  await api.POST('/api/2.0/mlflow/model-versions/set-tag', { body: { name: modelName, version, ...tag } });
}

export async function deleteModelVersionTag(
  { api }: MlflowClient,
  modelName: string,
  version: string,
  key: string,
): Promise<void> {
  await api.DELETE('/api/2.0/mlflow/model-versions/delete-tag', { body: { name: modelName, version, key } });
}

export async function describeModelVersion(
  { api }: MlflowClient,
  modelName: string,
  version: string,
  description: string,
): Promise<void> {
  await api.PATCH('/api/2.0/mlflow/model-versions/update', {
    body: { name: modelName, version, description },
  });
}

/** Deletes a version with its aliases, whatever its stage; its files stay. */
export async function deleteModelVersion(
  { api }: MlflowClient,
  modelName: string,
  version: string,
): Promise<void> {
  await api.DELETE('/api/2.0/mlflow/model-versions/delete', { body: { name: modelName, version } });
}

/** URI of the folder that holds the version's files. */
export async function modelVersionArtifactUri(
  { api }: MlflowClient,
  modelName: string,
  version: string,
): Promise<string> {
  const query = { name: modelName, version };
  const found = await answerOf(
    api.GET('/api/2.0/mlflow/model-versions/get-download-uri', { params: { query } }),
  );
  return found.artifact_uri ?? '';
}

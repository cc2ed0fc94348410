import type { components } from '../../generated/mlflow.ts';
import { openArtifacts } from '../../mlflow/artifacts.ts';
import { answerOf, type MlflowClient } from '../../mlflow/client.ts';
import { hasErrorCode, MlflowError } from '../../mlflow/mlflow-error.ts';
import { modelVersions } from '../../mlflow/model-versions.ts';
import { everyItem, type Page } from '../../mlflow/pages.ts';
import { findRegisteredModel, searchRegisteredModels } from '../../mlflow/registered-models.ts';
import { searchRuns } from '../../mlflow/runs.ts';
import { optionalNumber, recordOf } from '../../mlflow/wire-values.ts';
import type {
  DatasetRecord,
  ExperimentRecord,
  LoggedModelRecord,
  RegisteredModelRecord,
  RunRecord,
  TransferSource,
  WirePoint,
} from './transfer-source.ts';

type Schemas = components['schemas'];

/** MLflow answers one metric at a time, and a run may have hundreds. */
const historiesAtOnce = 8;

/** What a server or an embedded file holds; also how a target is read back. */
export function serverSource(client: MlflowClient, location: string): TransferSource {
  const { api } = client;
  return {
    location,
    experiments: () =>
      all(async (page_token) => {
        const body = { max_results: 1000, ...(page_token && { page_token }) };
        const found = await answerOf(api.POST('/api/2.0/mlflow/experiments/search', { body }));
        return { items: found.experiments?.map(experimentOf), nextPageToken: found.next_page_token };
      }),
    runs: (experimentId) => collect(searchRuns(client, { experimentIds: [experimentId], viewType: 'ALL' })),
    run: async (runId) => {
      const params = { query: { run_id: runId } };
      const found = await orMissing(() => answerOf(api.GET('/api/2.0/mlflow/runs/get', { params })));
      return found?.run && recordOfRun(found.run);
    },
    points: async (runId, keys) => {
      const points: WirePoint[] = [];
      for (let at = 0; at < keys.length; at += historiesAtOnce) {
        const some = keys.slice(at, at + historiesAtOnce).map((key) => history(client, runId, key));
        for (const history of await Promise.all(some)) for (const point of history) points.push(point);
      }
      return points;
    },
    loggedModels: (experimentId) => loggedModels(client, experimentId),
    registeredModels: () => registeredModels(client),
    artifacts: (uri) => openArtifacts(client, uri),
  };
}

function history({ api }: MlflowClient, runId: string, key: string): Promise<WirePoint[]> {
  const asked = { run_id: runId, metric_key: key, max_results: 25_000 };
  return all(async (page_token) => {
    const params = { query: { ...asked, ...(page_token && { page_token }) } };
    const found = await answerOf(api.GET('/api/2.0/mlflow/metrics/get-history', { params }));
    return { items: found.metrics?.map(bare), nextPageToken: found.next_page_token };
  });
}

const bare = ({ key, value, step, timestamp }: WirePoint): WirePoint =>
  ({ key, value, step: step ?? 0, timestamp }) as WirePoint;

async function loggedModels({ api }: MlflowClient, experimentId: string): Promise<LoggedModelRecord[]> {
  try {
    return await all(async (page_token) => {
      const body = { experiment_ids: [experimentId], max_results: 50, ...(page_token && { page_token }) };
      const found = await answerOf(api.POST('/api/2.0/mlflow/logged-models/search', { body }));
      return { items: found.models?.map(loggedModelRecord), nextPageToken: found.next_page_token };
    });
  } catch (error) {
    if (error instanceof MlflowError && error.status === 404) return [];
    throw error;
  }
}

async function registeredModels(client: MlflowClient): Promise<RegisteredModelRecord[]> {
  const models: RegisteredModelRecord[] = [];
  for await (const { name } of searchRegisteredModels(client)) {
    const model = await findRegisteredModel(client, name);
    if (model !== undefined)
      models.push({ ...model, versions: (await modelVersions(client, name)).reverse() });
  }
  return models;
}

function experimentOf(wire: Schemas['Experiment']): ExperimentRecord {
  return { experimentId: wire.experiment_id ?? '', name: wire.name ?? '', tags: recordOf(wire.tags) };
}

function recordOfRun({ info = {}, data, inputs, outputs }: Schemas['Run']): RunRecord {
  return {
    runId: info.run_id ?? '',
    experimentId: info.experiment_id ?? '',
    isDeleted: info.lifecycle_stage === 'deleted',
    runName: info.run_name ?? '',
    userId: info.user_id ?? '',
    status: info.status ?? 'RUNNING',
    startTimeMs: Number(info.start_time ?? 0),
    endTimeMs: optionalNumber(info.end_time),
    artifactUri: info.artifact_uri ?? '',
    params: recordOf(data?.params),
    tags: recordOf(data?.tags),
    metricKeys: (data?.metrics ?? []).map(({ key }) => key ?? ''),
    datasets: (inputs?.dataset_inputs ?? []).map(recordOfDataset),
    inputModelIds: (inputs?.model_inputs ?? []).map(({ model_id }) => model_id ?? ''),
    outputModels: (outputs?.model_outputs ?? []).map(({ model_id, step }) => ({
      modelId: model_id ?? '',
      step: step ?? 0,
    })),
  };
}

const recordOfDataset = ({ dataset, tags }: Schemas['DatasetInput']): DatasetRecord => ({
  dataset,
  tags: recordOf(tags),
});

/** A logged model of an answer. */
export function loggedModelRecord({ info = {}, data }: Schemas['LoggedModel']): LoggedModelRecord {
  return {
    modelId: info.model_id ?? '',
    name: info.name ?? '',
    modelType: info.model_type ?? '',
    status: info.status ?? 'LOGGED_MODEL_PENDING',
    sourceRunId: info.source_run_id || undefined,
    artifactUri: info.artifact_uri ?? '',
    params: recordOf(data?.params),
    tags: recordOf(info.tags),
    metrics: data?.metrics ?? [],
  };
}

const all = <Item>(page: (token: string | undefined) => Promise<Page<Item>>): Promise<Item[]> =>
  collect(everyItem(page));

async function orMissing<Found>(ask: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (hasErrorCode(error, 'RESOURCE_DOES_NOT_EXIST')) return undefined;
    throw error;
  }
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

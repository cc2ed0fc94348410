import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { openArtifacts } from './artifacts.ts';
import type { MlflowClient } from './client.ts';
import { createLoggedModel, finalizeLoggedModel } from './logged-models.ts';
import type { Run } from './run.ts';
import { logOutputs } from './run-data.ts';
import { hasLoggedModels } from './server-features.ts';
import { uploadFolder } from './transfer.ts';

/** Where the model of a run stands: in a folder of its own, or before MLflow 3 among the run's artifacts. */
export interface ModelPlace {
  readonly runId: string;
  /** The logged model; undefined before MLflow 3. */
  readonly modelId: string | undefined;
  /** URI of the folder that holds its files. */
  readonly artifactUri: string;
  /** The same place as an MLmodel file says it. */
  readonly artifactPath: string;
  /** What a model version of it is registered from. */
  readonly source: string;
}

export interface ModelName {
  readonly name: string;
  /** Such as `classifier`. */
  readonly modelType?: string;
}

/** Folder of the model among a run's artifacts, as Python's log_model names it. */
const folderInRun = 'model';

/**
 * Logs a model directory as a model of a run, the way the server's MLflow does it. `produce` is told where the model will
 * stand and gives the local directory with its MLmodel file. If that or the upload fails, the model is marked as failed.
 */
export async function logModelDirectory(
  client: MlflowClient,
  run: Run,
  model: ModelName,
  produce: (place: ModelPlace) => Promise<string>,
): Promise<ModelPlace> {
  return (await hasLoggedModels(client))
    ? logAsModel(client, run, model, produce)
    : logAmongArtifacts(client, run, produce);
}

async function logAsModel(
  client: MlflowClient,
  { runId, experimentId }: Run,
  model: ModelName,
  produce: (place: ModelPlace) => Promise<string>,
): Promise<ModelPlace> {
  const { modelId, artifactUri } = await createLoggedModel(client, {
    experimentId,
    sourceRunId: runId,
    ...model,
  });
  const place = { runId, modelId, artifactUri, artifactPath: artifactUri, source: `models:/${modelId}` };
  try {
    await uploadFolder(openArtifacts(client, artifactUri), undefined, await produce(place));
  } catch (error) {
    // What went wrong first is what to tell; the mark is only for who looks at the list of models.
    await finalizeLoggedModel(client, modelId, 'failed').catch(() => undefined);
    throw error;
  }
  await finalizeLoggedModel(client, modelId);
  await logOutputs(client, runId, [{ modelId, step: 0 }]);
  return place;
}

async function logAmongArtifacts(
  client: MlflowClient,
  { runId, artifactUri: root }: Run,
  produce: (place: ModelPlace) => Promise<string>,
): Promise<ModelPlace> {
  const artifactUri = `${root}/${folderInRun}`;
  const place = { runId, modelId: undefined, artifactUri, artifactPath: folderInRun, source: artifactUri };
  const directory = await produce(place);
  await uploadFolder(openArtifacts(client, artifactUri), undefined, directory);
  const mlModel: object = parse(await readFile(join(directory, 'MLmodel'), 'utf8'));
  const model_json = JSON.stringify({ ...mlModel, artifact_path: folderInRun, run_id: runId });
  await client.api.POST('/api/2.0/mlflow/runs/log-model', { body: { run_id: runId, model_json } });
  return place;
}

import { join } from 'node:path';
import { openArtifacts } from '../mlflow/artifacts.ts';
import type { MlflowClient } from '../mlflow/client.ts';
import { createLoggedModel, finalizeLoggedModel, type LoggedModel } from '../mlflow/logged-models.ts';
import {
  digestModelPackage,
  type ModelPackageContent,
  smokeCheck,
  writeModelPackage,
} from '../mlflow/model-package/index.ts';
import type { ModelVersion } from '../mlflow/model-version.ts';
import { createModelVersion, untilReady } from '../mlflow/model-versions.ts';
import { ensureRegisteredModel } from '../mlflow/registered-models.ts';
import type { Run } from '../mlflow/run.ts';
import { logOutputs } from '../mlflow/run-data.ts';
import { moveToStage } from '../mlflow/stages.ts';
import { uploadFolder } from '../mlflow/transfer.ts';
import { fetchModelPackage } from './model-artifact.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

/** Tag of a version: SHA-256 of its model.onnx; equal digests are the same model. */
export const MODEL_DIGEST_TAG = 'pm.model_digest';

/** How a version is named and described in the registry. */
export interface VersionDescription {
  readonly modelName: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Publication extends VersionDescription {
  readonly content: Omit<ModelPackageContent, 'identity'>;
}

/** Writes the model as a package and logs it as a model of the run. */
export async function logModel(
  client: MlflowClient,
  run: Run,
  { modelName, content }: Publication,
  now: Date,
): Promise<{ model: LoggedModel; digest: string }> {
  const model = await createLoggedModel(client, {
    experimentId: run.experimentId,
    name: modelName,
    sourceRunId: run.runId,
    modelType: 'classifier',
  });
  const { modelId, artifactUri } = model;
  const digest = await inTemporaryFolder(async (folder) => {
    const directory = join(folder, 'model');
    const modelUuid = modelId.replace(/^m-/, '');
    const identity = { runId: run.runId, modelId, modelUuid, createdAt: now, artifactPath: artifactUri };
    await writeModelPackage(directory, { ...content, identity });
    await uploadFolder(openArtifacts(client, artifactUri), undefined, directory);
    return (await digestModelPackage(directory)).model;
  });
  await finalizeLoggedModel(client, modelId);
  await logOutputs(client, run.runId, [{ modelId, step: 0 }]);
  return { model, digest };
}

/**
 * Registers a logged model as a new version, loads it back from the registry, lets it predict its input example, and
 * moves it to Staging; the version that was there is archived.
 * @throws UserError `smoke-check-failed`: the version stays in stage None.
 */
export async function registerToStaging(
  client: MlflowClient,
  run: Run,
  { model, digest }: { model: LoggedModel; digest: string },
  { modelName, description, tags }: VersionDescription,
): Promise<ModelVersion> {
  await ensureRegisteredModel(client, modelName);
  const { version } = await createModelVersion(client, {
    modelName,
    source: `models:/${model.modelId}`,
    modelId: model.modelId,
    runId: run.runId,
    description,
    tags: { ...tags, [MODEL_DIGEST_TAG]: digest },
  });
  const ready = await untilReady(client, modelName, version);
  await inTemporaryFolder(async (folder) => {
    const { directory } = await fetchModelPackage(client, ready, folder);
    await smokeCheck(directory);
  });
  return moveToStage(client, modelName, version, 'Staging');
}

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { MlflowClient } from '../../mlflow/client.ts';
import { logModelDirectory, type ModelPlace } from '../../mlflow/log-model.ts';
import {
  digestModelPackage,
  type ModelPackageContent,
  smokeCheck,
  writeModelPackage,
} from '../../mlflow/model-package/index.ts';
import type { ModelVersion } from '../../mlflow/model-version.ts';
import { createModelVersion, untilReady } from '../../mlflow/model-versions.ts';
import { ensureRegisteredModel } from '../../mlflow/registered-models.ts';
import type { Run } from '../../mlflow/run.ts';
import { moveToStage, type StageMove } from '../../mlflow/stages.ts';
import { inTemporaryFolder } from '../base/temporary-folder.ts';
import { fetchModelPackage } from './model-artifact.ts';

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

/** A model that a run has logged. */
export interface LoggedPackage {
  readonly place: ModelPlace;
  /** SHA-256 of its model.onnx. */
  readonly digest: string;
}

/** Writes the model as a package and logs it as the model of the run. */
export async function logModel(
  client: MlflowClient,
  run: Run,
  { modelName, content }: Publication,
  now: Date,
): Promise<LoggedPackage> {
  return inTemporaryFolder(async (folder) => {
    const directory = join(folder, 'model');
    const model = { name: nameInCatalog(modelName), modelType: 'classifier' };
    const place = await logModelDirectory(client, run, model, async ({ runId, modelId, artifactPath }) => {
      const modelUuid = modelId?.replace(/^m-/, '') ?? randomUUID().replaceAll('-', '');
      const identity = { runId, modelUuid, createdAt: now, artifactPath, ...(modelId && { modelId }) };
      await writeModelPackage(directory, { ...content, identity });
      return directory;
    });
    return { place, digest: (await digestModelPackage(directory)).model };
  });
}

/**
 * Registers a logged model as a new version, loads it back from the registry, lets it predict its input example, and
 * moves it to Staging, as `move` tells the ledger; the version that was there is archived.
 * @throws UserError `smoke-check-failed`: the version stays in stage None.
 */
export async function registerToStaging(
  client: MlflowClient,
  { place, digest }: LoggedPackage,
  { modelName, description, tags }: VersionDescription,
  move: StageMove,
): Promise<ModelVersion> {
  await ensureRegisteredModel(client, modelName);
  const { version } = await createModelVersion(client, {
    modelName,
    ...place,
    description,
    tags: { ...tags, [MODEL_DIGEST_TAG]: digest },
  });
  const ready = await untilReady(client, modelName, version);
  await inTemporaryFolder(async (folder) => {
    const { directory } = await fetchModelPackage(client, ready, folder);
    await smokeCheck(directory);
  });
  return moveToStage(client, modelName, version, 'Staging', move);
}

/** Names of logged models have no dots, which part the name of a model in Unity Catalog. */
const nameInCatalog = (modelName: string): string =>
  /^[^.]+\.[^.]+\.([^.]+)$/.exec(modelName)?.[1] ?? modelName;

import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { UserError } from 'pm-core';
import { openArtifacts } from '../../mlflow/artifacts.ts';
import type { MlflowClient } from '../../mlflow/client.ts';
import { getLoggedModel } from '../../mlflow/logged-models.ts';
import { type ModelPackage, PACKAGE_FILES, readModelPackage } from '../../mlflow/model-package/index.ts';
import type { ModelVersion } from '../../mlflow/model-version.ts';
import { modelVersionArtifactUri } from '../../mlflow/model-versions.ts';
import { downloadFolder } from '../../mlflow/transfer.ts';

/**
 * Downloads the files of a registered version into a folder and reads them.
 * @throws UserError what {@link readModelPackage} throws for a model that cannot be run here, naming the version.
 */
export async function fetchModelPackage(
  client: MlflowClient,
  version: ModelVersion,
  folder: string,
): Promise<ModelPackage> {
  await downloadModelFiles(client, version, folder);
  try {
    return await readModelPackage(folder);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const message = `${version.modelName} version ${version.version}: ${error.message}`;
    throw new UserError(error.code, message, { ...(error.next && { next: error.next }), cause: error });
  }
}

/**
 * Downloads a registered version of any flavor into `directory`, which appears when it is complete. Returns the files' paths there.
 * @throws UserError `output-exists` where there is something already, `no-model-files` where the registry points at nothing.
 */
export async function downloadModel(
  client: MlflowClient,
  version: ModelVersion,
  directory: string,
): Promise<string[]> {
  const present = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error.code === 'ENOTDIR' ? taken(directory) : error;
  });
  if (present.length > 0) throw taken(directory);
  const unfinished = `${directory}.${process.pid}.tmp`;
  try {
    await mkdir(unfinished, { recursive: true });
    const files = await downloadModelFiles(client, version, unfinished);
    await rename(unfinished, directory);
    return files.sort();
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function downloadModelFiles(
  client: MlflowClient,
  { modelName, version }: ModelVersion,
  folder: string,
): Promise<string[]> {
  const uri = await modelVersionArtifactUri(client, modelName, version);
  const loggedModelId = /^models:\/(m-[0-9a-f]+)$/.exec(uri)?.[1];
  const place = loggedModelId === undefined ? uri : (await getLoggedModel(client, loggedModelId)).artifactUri;
  const files = await downloadFolder(openArtifacts(client, place), undefined, folder);
  if (files.includes(PACKAGE_FILES.mlModel)) return files;
  throw new UserError(
    'no-model-files',
    `${modelName} version ${version} has no ${PACKAGE_FILES.mlModel} file at ${place}.`,
    { next: 'Its files were deleted or never stored: register it again.' },
  );
}

function taken(directory: string): UserError {
  return new UserError('output-exists', `${directory} is there already and not empty.`, {
    next: 'Name another folder with --output.',
  });
}

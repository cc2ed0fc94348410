import { openArtifacts } from '../mlflow/artifacts.ts';
import type { MlflowClient } from '../mlflow/client.ts';
import { getLoggedModel } from '../mlflow/logged-models.ts';
import { type ModelPackage, readModelPackage } from '../mlflow/model-package/index.ts';
import type { ModelVersion } from '../mlflow/model-version.ts';
import { modelVersionArtifactUri } from '../mlflow/model-versions.ts';
import { downloadFolder } from '../mlflow/transfer.ts';

/**
 * Downloads the files of a registered version into a folder and reads them.
 * @throws UserError what {@link readModelPackage} throws for a model that cannot be run here.
 */
export async function fetchModelPackage(
  client: MlflowClient,
  { modelName, version }: ModelVersion,
  folder: string,
): Promise<ModelPackage> {
  const uri = await modelVersionArtifactUri(client, modelName, version);
  const loggedModelId = /^models:\/(m-[0-9a-f]+)$/.exec(uri)?.[1];
  const place = loggedModelId === undefined ? uri : (await getLoggedModel(client, loggedModelId)).artifactUri;
  await downloadFolder(openArtifacts(client, place), undefined, folder);
  return readModelPackage(folder);
}

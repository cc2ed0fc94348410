import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from 'pm-core';
import {
  type ArtifactFolder,
  azureArtifacts,
  databricksArtifacts,
  localArtifacts,
  modelFiles,
  proxiedArtifacts,
  s3Artifacts,
} from './artifact-stores/index.ts';
import type { MlflowClient } from './client.ts';

export type { ArtifactEntry, ArtifactFolder } from './artifact-stores/index.ts';

type OpenFolder = (client: MlflowClient, uri: string) => ArtifactFolder;

const local: OpenFolder = ({ trackingUri }, uri) => {
  if (isHere(trackingUri)) return localArtifacts(uri.startsWith('file:') ? fileURLToPath(uri) : resolve(uri));
  throw new UserError(
    'local-artifact-uri',
    `${trackingUri} names ${uri} on this machine as an artifact folder.`,
    {
      next: 'Let that server proxy its artifacts (mlflow server --serve-artifacts), or keep them in S3 or Azure.',
    },
  );
};

/** A server elsewhere has no say over files here. `.invalid` reaches nobody (RFC 2606): a store in this process. */
function isHere(trackingUri: string): boolean {
  const host = URL.parse(trackingUri)?.hostname ?? '';
  return /(^|\.)(localhost|invalid)$|^127(\.\d+){3}$|^\[::1\]$/.test(host);
}

/** The first that fits decides. */
const stores: readonly (readonly [RegExp, OpenFolder])[] = [
  [/^mlflow-artifacts:(?!\/\/)/, proxiedArtifacts],
  [/^file:|^\/|^[A-Za-z]:[\\/]/, local],
  [/^s3:/, s3Artifacts],
  [/^wasbs:|^abfss:/, azureArtifacts],
  [/^dbfs:\/Models\//, modelFiles],
  [/^dbfs:\/databricks\/mlflow-tracking\//, databricksArtifacts],
];

/**
 * The artifact folder of a URI as MLflow gives it: `mlflow-artifacts:/…` (through the server), `s3:`, `wasbs:`, `abfss:`,
 * `dbfs:/databricks/mlflow-tracking/…`, and from a server on this machine a local path or `file:` URI. Nothing is asked yet.
 * @throws UserError `unsupported-artifact-store`, `local-artifact-uri`, `bad-artifact-uri`, and what the store throws for its settings.
 */
export function openArtifacts(client: MlflowClient, artifactUri: string): ArtifactFolder {
  const open = stores.find(([uris]) => uris.test(artifactUri))?.[1];
  if (open) return open(client, artifactUri);
  throw new UserError('unsupported-artifact-store', `Artifacts at ${artifactUri} cannot be reached.`, {
    next: 'Let the MLflow server proxy them (mlflow server --serve-artifacts), or use S3, Azure or a local folder.',
  });
}

import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from 'pm-core';
import type { MlflowClient } from './client.ts';
import { localArtifacts } from './local-artifacts.ts';
import { proxiedArtifacts } from './proxied-artifacts.ts';

export interface ArtifactEntry {
  /** Relative to the folder. */
  readonly path: string;
  readonly isDirectory: boolean;
  /** Undefined for a directory. */
  readonly sizeBytes: number | undefined;
}

/** Files of a run or a logged model. Paths are relative with `/`; those that would leave the folder are refused. */
export interface ArtifactFolder {
  readonly uri: string;
  /** Entries directly in a directory (the folder itself if none is named) in order of their names; none if it is missing. */
  list(directory?: string): Promise<ArtifactEntry[]>;
  /** Stores or overwrites a file, in constant memory. */
  write(path: string, content: Blob): Promise<void>;
  /** The bytes of a file. @throws MlflowError or a system error where it is missing or breaks off. */
  read(path: string): AsyncIterable<Uint8Array>;
  /** Removes a file, or a directory with all that is in it. */
  remove(path: string): Promise<void>;
  /** Does some work with the retries that this storage calls for. */
  retrying<Result>(work: () => Promise<Result>): Promise<Result>;
}

/**
 * The artifact folder of a URI as MLflow gives it: `mlflow-artifacts:/…` through the server, a local path or `file:` URI.
 * @throws UserError `unsupported-artifact-store`
 */
export function openArtifacts(client: MlflowClient, artifactUri: string): ArtifactFolder {
  const proxied = /^mlflow-artifacts:\/*(?!\/)(.*)$/.exec(artifactUri);
  if (proxied && !artifactUri.startsWith('mlflow-artifacts://')) {
    return proxiedArtifacts(client, artifactUri, proxied[1]!.replace(/\/+$/, ''));
  }
  if (artifactUri.startsWith('file:')) return localArtifacts(fileURLToPath(artifactUri));
  if (artifactUri.startsWith('/') || /^[A-Za-z]:[\\/]/.test(artifactUri))
    return localArtifacts(resolve(artifactUri));
  throw new UserError('unsupported-artifact-store', `Artifacts at ${artifactUri} cannot be reached.`, {
    next: 'Let the MLflow server proxy them (mlflow server --serve-artifacts), or use a local folder.',
  });
}

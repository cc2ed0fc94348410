import { randomUUID } from 'node:crypto';
import type { Random } from 'pm-core';
import { createArtifactFolder } from './artifact-folder.ts';
import type { Handler } from './call.ts';
import { createHandler } from './handler.ts';
import { openDatabase } from './open-database.ts';

export interface EmbeddedStoreOptions {
  /** SQLite file with MLflow's schema; made if it is not there. */
  readonly databaseFile: string;
  /** Folder that `mlflow-artifacts:/` stands for; made when the first file comes. */
  readonly artifactDirectory: string;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** 32 hexadecimal digits that no other call gives. */
  readonly newId?: () => string;
  /** Picks the names of runs that are given none. */
  readonly random?: Random;
}

export interface EmbeddedStore {
  readonly handle: Handler;
  /** Closes the file; a call after that fails. */
  close(): void;
}

/**
 * Opens the store. Several processes may have the same file open, the real `mlflow server` included.
 * @throws UserError `not-an-mlflow-database`, `mlflow-schema`, `cannot-open-database`
 */
export function openStore(options: EmbeddedStoreOptions): EmbeddedStore {
  const { clock: now = Date.now, newId = randomId, random = Math.random } = options;
  const database = openDatabase(options.databaseFile, now());
  const artifacts = createArtifactFolder(options.artifactDirectory);
  return {
    handle: createHandler({ database, now, newId, random }, artifacts),
    close: () => database.close(),
  };
}

const randomId = (): string => randomUUID().replaceAll('-', '');

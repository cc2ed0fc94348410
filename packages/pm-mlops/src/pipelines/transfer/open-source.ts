import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from 'pm-core';
import type { Environment } from '../../mlflow/authentication.ts';
import { openTracking, trackingPlace } from '../../mlflow/tracking.ts';
import { mlrunsSource } from './mlruns-source.ts';
import { serverSource } from './server-source.ts';
import type { TransferSource } from './transfer-source.ts';

export interface OpenSource {
  readonly source: TransferSource;
  close(): Promise<void>;
}

/**
 * Opens what a URI names for reading: whatever MLFLOW_TRACKING_URI may be, or an old mlruns folder (a path or `file:`).
 * @throws UserError `no-such-source` for a database file that is not there, and those of openTracking and mlrunsSource.
 */
export async function openSource(uri: string, environment: Environment, cwd: string): Promise<OpenSource> {
  const folder = resolve(cwd, uri.startsWith('file:') ? fileURLToPath(uri) : uri);
  if (!uri.includes('://') && statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    return { source: mlrunsSource(folder), close: async () => {} };
  }
  if (/^[.~/]|^file:/.test(uri)) throw new UserError('no-such-source', `There is no folder ${folder}.`);
  const place = trackingPlace(uri, cwd);
  // Opened for reading it would be made, and have nothing to give.
  if (place.kind === 'embedded' && !existsSync(place.databaseFile)) {
    throw new UserError('no-such-source', `There is no tracking database at ${place.databaseFile}.`);
  }
  const tracking = await openTracking({ environment: { ...environment, MLFLOW_TRACKING_URI: uri }, cwd });
  return { source: serverSource(tracking.client, tracking.location), close: tracking.close };
}

/**
 * The environment for the other side of a transfer. The user, password and token are those of MLFLOW_TRACKING_URI: a server
 * elsewhere gets them only where that is no server itself; else it gets those of PM_OTHER_TRACKING_….
 */
export function otherEnvironment(environment: Environment, cwd: string): Environment {
  const names = ['USERNAME', 'PASSWORD', 'TOKEN'];
  const given = (name: string) => environment[`PM_OTHER_TRACKING_${name}`];
  const isOwnEmbedded = trackingPlace(environment.MLFLOW_TRACKING_URI, cwd).kind === 'embedded';
  if (isOwnEmbedded && names.every((name) => given(name) === undefined)) return environment;
  const others = Object.fromEntries(names.map((name) => [`MLFLOW_TRACKING_${name}`, given(name)]));
  return { ...environment, ...others };
}

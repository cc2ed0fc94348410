import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from 'pm-core';
import type { Environment } from '../../mlflow/authentication.ts';
import { openTracking, type Tracking, trackingPlace } from '../../mlflow/tracking.ts';
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
  const tracking = await openOther(uri, environment, cwd);
  return { source: serverSource(tracking.client, tracking.location), close: tracking.close };
}

/**
 * Opens the other side of a transfer. The user, password and token in the environment are those of MLFLOW_TRACKING_URI: a
 * server elsewhere gets them only where that is no server itself; else it gets those of PM_OTHER_TRACKING_….
 */
export function openOther(uri: string, environment: Environment, cwd: string): Promise<Tracking> {
  const own = trackingPlace(environment.MLFLOW_TRACKING_URI, cwd).kind;
  const names = ['USERNAME', 'PASSWORD', 'TOKEN'];
  const given = (name: string) => environment[`PM_OTHER_TRACKING_${name}`];
  const isGiven = names.some((name) => given(name) !== undefined);
  const credentials =
    own === 'embedded' && !isGiven
      ? {}
      : Object.fromEntries(names.map((name) => [`MLFLOW_TRACKING_${name}`, given(name)]));
  return openTracking({ environment: { ...environment, ...credentials, MLFLOW_TRACKING_URI: uri }, cwd });
}

import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { UserError } from 'pm-core';
import {
  type Authentication,
  authenticationFrom,
  basicAuthentication,
  type Environment,
} from './authentication.ts';
import { createMlflowClient, type MlflowClient, type MlflowClientOptions } from './client.ts';
import { tlsFetch, tlsSettingsFrom } from './tls.ts';

export interface TrackingOptions {
  readonly environment: Environment;
  /** Where a relative database path starts, and where mlflow.db is by default. */
  readonly cwd: string;
  /** Where ~/.mlflow/credentials is looked for. */
  readonly homeDirectory?: string;
  readonly client?: Omit<MlflowClientOptions, 'trackingUri' | 'authentication' | 'fetch' | 'environment'>;
}

export interface Tracking {
  readonly client: MlflowClient;
  /** For people: the server's address or the database file. */
  readonly location: string;
  /** Lets the embedded database go; a server needs nothing. */
  close(): Promise<void>;
}

/** Where tracking is, by MLFLOW_TRACKING_URI. */
export type TrackingPlace =
  | { readonly kind: 'server'; readonly trackingUri: string; readonly authentication?: Authentication }
  | { readonly kind: 'embedded'; readonly databaseFile: string };

/** The embedded store answers any address; this one reaches nobody by mistake (RFC 2606). */
const embeddedAddress = 'http://embedded.invalid';

/**
 * Opens the tracking that the environment names: a server, or the embedded store at ./mlflow.db with ./mlartifacts beside it.
 * @throws UserError `unsupported-tracking-uri`, `tls-setting`
 */
export async function openTracking({
  environment,
  cwd,
  homeDirectory = homedir(),
  client,
}: TrackingOptions): Promise<Tracking> {
  const place = trackingPlace(environment.MLFLOW_TRACKING_URI, cwd);
  if (place.kind === 'server') {
    const { trackingUri, authentication = authenticationFrom(environment, homeDirectory) } = place;
    const tls = tlsSettingsFrom(environment);
    return {
      client: createMlflowClient({
        ...client,
        trackingUri,
        authentication,
        environment,
        ...(tls && { fetch: tlsFetch(tls) }),
      }),
      location: trackingUri,
      close: async () => {},
    };
  }
  // Loaded here, so that who uses a server never loads SQLite.
  const { createEmbeddedFetch } = await import('./embedded/index.ts');
  const { databaseFile } = place;
  const store = createEmbeddedFetch({
    databaseFile,
    artifactDirectory: join(databaseFile, '..', 'mlartifacts'),
  });
  return {
    client: createMlflowClient({ ...client, trackingUri: embeddedAddress, fetch: store, environment }),
    location: databaseFile,
    close: async () => store.close(),
  };
}

/**
 * Reads a tracking URI: unset or `sqlite:///path` (three slashes: relative to `cwd`, four: absolute) is the embedded store.
 * @throws UserError `unsupported-tracking-uri`
 */
export function trackingPlace(uri: string | undefined, cwd: string): TrackingPlace {
  if (uri === undefined || uri === '') return { kind: 'embedded', databaseFile: join(cwd, 'mlflow.db') };
  const sqlite = /^sqlite:\/\/\/([^?]+)$/.exec(uri);
  if (sqlite) {
    const path = sqlite[1]!;
    return { kind: 'embedded', databaseFile: isAbsolute(path) ? path : join(cwd, path) };
  }
  if (/^https?:$/.test(URL.parse(uri)?.protocol ?? '')) return serverAt(new URL(uri));
  throw new UserError('unsupported-tracking-uri', `MLFLOW_TRACKING_URI=${uri} is not supported.`, {
    next: 'Unset it (./mlflow.db), or set it to sqlite:///path/to/mlflow.db or to http(s)://a-server.',
  });
}

/** A user and password in the URI are taken out of it: fetch refuses them there, and they would be printed. */
function serverAt(url: URL): TrackingPlace {
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const trackingUri = url.href.replace(/\/+$/, '');
  if (username === '') return { kind: 'server', trackingUri };
  const authentication = basicAuthentication(decodeURIComponent(username), decodeURIComponent(password));
  return { kind: 'server', trackingUri, authentication };
}

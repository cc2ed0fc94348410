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
import { databricksAuthentication } from './databricks-authentication.ts';
import { tlsFetch, tlsSettingsFrom } from './tls.ts';
import { unityCatalogTransport } from './unity-catalog/unity-catalog-transport.ts';
import { workspaceRegistryTransport } from './workspace-registry.ts';

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
  | { readonly kind: 'databricks'; readonly profile: string | undefined }
  | { readonly kind: 'embedded'; readonly databaseFile: string };

/** The embedded store answers any address; this one reaches nobody by mistake (RFC 2606). */
const embeddedAddress = 'http://embedded.invalid';

/**
 * Opens the tracking that the environment names: a server, a Databricks workspace, or the embedded store at ./mlflow.db with
 * ./mlartifacts beside it.
 * @throws UserError `unsupported-tracking-uri`, `tls-setting`, and those of {@link databricksAuthentication}
 */
export async function openTracking({
  environment,
  cwd,
  homeDirectory = environment.HOME || homedir(),
  client,
}: TrackingOptions): Promise<Tracking> {
  const place = trackingPlace(environment.MLFLOW_TRACKING_URI, cwd);
  const isInCatalog = usesUnityCatalog(environment);
  if (place.kind !== 'embedded') {
    const { trackingUri, authentication } = accessTo(place, environment, homeDirectory);
    const tls = tlsSettingsFrom(environment);
    return {
      client: createMlflowClient({
        ...client,
        trackingUri,
        authentication,
        environment,
        ...(tls && { fetch: tlsFetch(tls) }),
        ...(place.kind === 'databricks' && {
          registry: isInCatalog ? unityCatalogTransport : workspaceRegistryTransport,
        }),
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
 * Whether MLFLOW_REGISTRY_URI names Unity Catalog. The registry is in the workspace that tracks, or is the tracking server's own.
 * @throws UserError `unsupported-registry-uri`
 */
function usesUnityCatalog({
  MLFLOW_TRACKING_URI: tracking = '',
  MLFLOW_REGISTRY_URI: registry = '',
}: Environment): boolean {
  if (registry === '' || registry === tracking) return false;
  if (tracking.startsWith('databricks') && registry === tracking.replace('databricks', 'databricks-uc'))
    return true;
  throw new UserError(
    'unsupported-registry-uri',
    `MLFLOW_REGISTRY_URI=${registry} does not go with MLFLOW_TRACKING_URI=${tracking}.`,
    {
      next: 'Unset it, or set both: databricks and databricks-uc, or databricks://PROFILE and databricks-uc://PROFILE.',
    },
  );
}

function accessTo(
  place: Exclude<TrackingPlace, { kind: 'embedded' }>,
  environment: Environment,
  homeDirectory: string,
): { trackingUri: string; authentication: Authentication | undefined } {
  if (place.kind === 'databricks')
    return databricksAuthentication(ofProfile(environment, place.profile), homeDirectory);
  const { trackingUri, authentication = authenticationFrom(environment, homeDirectory) } = place;
  return { trackingUri, authentication };
}

/** A profile named in the URI is taken whole: what the environment says is of another workspace. */
function ofProfile(environment: Environment, profile: string | undefined): Environment {
  if (profile === undefined) return environment;
  const others = Object.entries(environment).filter(([name]) => !/^(DATABRICKS|ARM)_/.test(name));
  const { DATABRICKS_CONFIG_FILE } = environment;
  return { ...Object.fromEntries(others), DATABRICKS_CONFIG_FILE, DATABRICKS_CONFIG_PROFILE: profile };
}

/**
 * Reads a tracking URI: unset or `sqlite:///path` (three slashes: relative to `cwd`, four: absolute) is the embedded store,
 * `databricks` the workspace of the environment, `databricks://PROFILE` that of a profile.
 * @throws UserError `unsupported-tracking-uri`
 */
export function trackingPlace(uri: string | undefined, cwd: string): TrackingPlace {
  if (uri === undefined || uri === '') return { kind: 'embedded', databaseFile: join(cwd, 'mlflow.db') };
  const sqlite = /^sqlite:\/\/\/([^?]+)$/.exec(uri);
  if (sqlite) {
    const path = sqlite[1]!;
    return { kind: 'embedded', databaseFile: isAbsolute(path) ? path : join(cwd, path) };
  }
  const databricks = /^databricks(?::\/\/([^/:]+))?$/.exec(uri);
  if (databricks) return { kind: 'databricks', profile: databricks[1] };
  if (/^https?:$/.test(URL.parse(uri)?.protocol ?? '')) return serverAt(new URL(uri));
  throw new UserError('unsupported-tracking-uri', `MLFLOW_TRACKING_URI=${uri} is not supported.`, {
    next: 'Unset it (./mlflow.db), or set it to sqlite:///path/to/mlflow.db, http(s)://a-server, databricks or databricks://PROFILE.',
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

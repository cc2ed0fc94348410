import { join } from 'node:path';
import { UserError } from 'pm-core';
import { type Authentication, bearerAuthentication, type Environment } from './authentication.ts';
import { iniSection } from './ini-file.ts';
import { type OauthOptions, oauthAuthentication } from './oauth.ts';

/** What `createMlflowClient` needs for a workspace. */
export interface DatabricksAccess {
  /** `https://host` of the workspace. */
  readonly trackingUri: string;
  readonly authentication: Authentication;
}

interface Settings {
  readonly host?: string | undefined;
  readonly token?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
}

/**
 * Databricks' conventions: DATABRICKS_HOST with DATABRICKS_TOKEN, or with DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET of a
 * service principal (OAuth). Where none of them is set or DATABRICKS_CONFIG_PROFILE names one, what lacks comes from that profile
 * (DEFAULT if not named) of DATABRICKS_CONFIG_FILE or `~/.databrickscfg`; credentials are never put together from both.
 * @throws UserError `databricks-profile`, `databricks-host`, `databricks-credentials`, `unreadable-credentials`
 */
export function databricksAuthentication(
  environment: Environment,
  homeDirectory?: string,
  oauth: Pick<OauthOptions, 'fetch' | 'now' | 'sleep'> = {},
): DatabricksAccess {
  const stated: Settings = {
    host: environment.DATABRICKS_HOST || undefined,
    token: environment.DATABRICKS_TOKEN || undefined,
    clientId: environment.DATABRICKS_CLIENT_ID || undefined,
    clientSecret: environment.DATABRICKS_CLIENT_SECRET || undefined,
  };
  const needsProfile =
    Boolean(environment.DATABRICKS_CONFIG_PROFILE) || Object.values(stated).every((one) => one === undefined);
  const profile = needsProfile ? profileSettings(environment, homeDirectory) : {};
  const trackingUri = workspace(stated.host ?? profile.host);
  const { token, clientId, clientSecret } = stated.token || stated.clientId ? stated : profile;
  if (token !== undefined) return { trackingUri, authentication: bearerAuthentication(token) };
  if (clientId === undefined || clientSecret === undefined) {
    throw new UserError('databricks-credentials', `There are no credentials for ${trackingUri}.`, {
      next: 'Set DATABRICKS_TOKEN, or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET, or a profile that has them.',
    });
  }
  const tokenUrl = `${trackingUri}/oidc/v1/token`;
  return {
    trackingUri,
    authentication: oauthAuthentication({ ...oauth, tokenUrl, clientId, clientSecret, scope: 'all-apis' }),
  };
}

function profileSettings(environment: Environment, homeDirectory: string | undefined): Settings {
  const named = environment.DATABRICKS_CONFIG_PROFILE;
  const file = environment.DATABRICKS_CONFIG_FILE || (homeDirectory && join(homeDirectory, '.databrickscfg'));
  const found = file ? iniSection(file, named || 'DEFAULT') : undefined;
  if (found === undefined && named) {
    throw new UserError(
      'databricks-profile',
      `There is no profile ${named} in ${file || '.databrickscfg'}.`,
      {
        next: 'Check DATABRICKS_CONFIG_PROFILE and DATABRICKS_CONFIG_FILE.',
      },
    );
  }
  const { host, token, client_id, client_secret } = found ?? {};
  return { host, token, clientId: client_id, clientSecret: client_secret };
}

/** A host may come without its scheme, and with a path or query that only a browser needs. */
function workspace(host: string | undefined): string {
  const url = URL.parse(/^https?:\/\//.test(host ?? '') ? host! : `https://${host ?? ''}`);
  if (host && url && url.hostname !== '' && url.username === '' && url.password === '') return url.origin;
  throw new UserError(
    'databricks-host',
    host ? 'The host is not the address of a workspace.' : 'No workspace is named.',
    { next: 'Set DATABRICKS_HOST to https://my-workspace…, or a profile that has a host.' },
  );
}

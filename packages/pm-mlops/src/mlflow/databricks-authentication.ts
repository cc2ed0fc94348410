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
  readonly signIn: DatabricksSignIn;
}

interface Settings {
  readonly host?: string | undefined;
  readonly token?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  /** A service principal of Azure's own directory. */
  readonly azureTenantId?: string | undefined;
  readonly azureClientId?: string | undefined;
  readonly azureClientSecret?: string | undefined;
}

/** How a workspace is told who calls. */
export type DatabricksSignIn = 'token' | 'oauth-client' | 'azure-service-principal';

/** The application id of Azure Databricks itself, the same in every tenant: what a token of Azure's directory is for. */
const azureScope = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default';

/**
 * Databricks' conventions: DATABRICKS_HOST with DATABRICKS_TOKEN (a personal access token, or any bearer token), or with
 * DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET of a service principal (OAuth), or with ARM_TENANT_ID, ARM_CLIENT_ID and
 * ARM_CLIENT_SECRET of one of Azure's directory (at AZURE_AUTHORITY_HOST, if not in the public cloud). Where none of them is set
 * or DATABRICKS_CONFIG_PROFILE names one, what lacks comes from that profile (DEFAULT if not named) of DATABRICKS_CONFIG_FILE or
 * `~/.databrickscfg`; credentials are never put together from both.
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
    azureTenantId: environment.ARM_TENANT_ID || undefined,
    azureClientId: environment.ARM_CLIENT_ID || undefined,
    azureClientSecret: environment.ARM_CLIENT_SECRET || undefined,
  };
  const { azureTenantId, azureClientId, azureClientSecret, ...own } = stated;
  const needsProfile =
    Boolean(environment.DATABRICKS_CONFIG_PROFILE) || Object.values(own).every((one) => one === undefined);
  const profile = needsProfile ? profileSettings(environment, homeDirectory) : {};
  const trackingUri = workspace(stated.host ?? profile.host);
  // ARM_… may be set for something else: what is Databricks' own goes before it.
  const holder =
    [stated, profile].find((one) => one.token || one.clientId) ??
    [stated, profile].find((one) => one.azureClientId) ??
    {};
  if (holder.token !== undefined)
    return { trackingUri, authentication: bearerAuthentication(holder.token), signIn: 'token' };
  const client = oauthClient(holder, trackingUri, environment);
  return {
    trackingUri,
    authentication: oauthAuthentication({ ...oauth, ...client.oauth }),
    signIn: client.signIn,
  };
}

/** A service principal of Databricks itself, else of Azure's directory. */
function oauthClient(
  { clientId, clientSecret, azureTenantId, azureClientId, azureClientSecret }: Settings,
  trackingUri: string,
  environment: Environment,
): {
  signIn: DatabricksSignIn;
  oauth: Required<Pick<OauthOptions, 'tokenUrl' | 'clientId' | 'clientSecret' | 'scope'>> &
    Pick<OauthOptions, 'inForm'>;
} {
  if (clientId !== undefined && clientSecret !== undefined) {
    const tokenUrl = `${trackingUri}/oidc/v1/token`;
    return { signIn: 'oauth-client', oauth: { tokenUrl, clientId, clientSecret, scope: 'all-apis' } };
  }
  if (azureTenantId !== undefined && azureClientId !== undefined && azureClientSecret !== undefined) {
    const authority = environment.AZURE_AUTHORITY_HOST || 'https://login.microsoftonline.com';
    return {
      signIn: 'azure-service-principal',
      oauth: {
        tokenUrl: `${authority.replace(/\/+$/, '')}/${encodeURIComponent(azureTenantId)}/oauth2/v2.0/token`,
        clientId: azureClientId,
        clientSecret: azureClientSecret,
        scope: azureScope,
        inForm: true,
      },
    };
  }
  throw new UserError('databricks-credentials', `There are no credentials for ${trackingUri}.`, {
    next: 'Set DATABRICKS_TOKEN, or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET, or ARM_TENANT_ID, ARM_CLIENT_ID and ARM_CLIENT_SECRET, or a profile that has them.',
  });
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
  const { host, token, client_id, client_secret, ...azure } = found ?? {};
  return {
    host,
    token,
    clientId: client_id,
    clientSecret: client_secret,
    azureTenantId: azure.azure_tenant_id,
    azureClientId: azure.azure_client_id,
    azureClientSecret: azure.azure_client_secret,
  };
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

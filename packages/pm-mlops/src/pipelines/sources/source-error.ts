import { UserError } from 'pm-core';
import { ArtifactStoreError } from '../../mlflow/artifact-stores/index.ts';
import { RestError } from '../../mlflow/rest-error.ts';

const AWS_KEYS = 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE';
const AZURE_KEYS =
  'AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_ACCESS_KEY or AZURE_STORAGE_SAS_TOKEN, or sign in (az login)';
const ON_DATABRICKS = 'on Databricks put them into the secret scope under these names (pm secrets put)';

/** What an SDK says where it has looked for an identity everywhere. */
const noCredentials =
  /^(CredentialsProviderError|CredentialUnavailableError|AggregateAuthenticationError|AuthenticationRequiredError)$/;

/** A failure to read a source, in words for people; what is already meant for them stays as it is. */
export function asSourceError(error: unknown, location: string): unknown {
  if (error instanceof ArtifactStoreError) return storeRefusal(error, location);
  if (!(error instanceof RestError)) return error;
  return new UserError('download-failed', `${location} broke off while it was read: ${error.message}.`, {
    next: 'Run the command again; nothing was taken over.',
    cause: error,
  });
}

function storeRefusal({ status, code = '', cause }: ArtifactStoreError, location: string): UserError {
  const keys = location.startsWith('s3:') ? AWS_KEYS : AZURE_KEYS;
  const told = `${[status || undefined, code].filter(Boolean).join(' ')}: ${messageOf(cause)}`;
  if (noCredentials.test(code)) {
    const next = `Set ${keys}; ${ON_DATABRICKS}.`;
    return new UserError('no-credentials', `There are no credentials to read ${location} with.`, {
      next,
      cause,
    });
  }
  if (/^(NoSuchBucket|InvalidBucketName|ContainerNotFound|InvalidResourceName)$/.test(code)) {
    const what = location.startsWith('s3:') ? 'bucket' : 'container';
    const next = `Check the name of the ${what} and the account or endpoint it is in.`;
    return new UserError('source-not-found', `There is no such ${what}: ${location} (${told}).`, {
      next,
      cause,
    });
  }
  if (status === 401 || status === 403) {
    const next = `Check that ${keys} are right and may list and read there; ${ON_DATABRICKS}.`;
    return new UserError('source-refused', `${location} may not be read (${told}).`, { next, cause });
  }
  const next = 'Check the address and that this machine reaches it.';
  return new UserError('download-failed', `${location} could not be read: ${told}.`, { next, cause });
}

/** Without the further lines of the SDKs, and the dot at its end. */
const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.replace(/\.$/, '');

import { resolve } from 'node:path';
import { UserError } from 'pm-core';
import { isRemote, isUrl, withoutSecrets } from 'pm-core/ingest';
import { azurePlace } from '../../mlflow/artifact-stores/index.ts';

const FORMS =
  'The forms are a folder, http(s)://…, s3://BUCKET/PREFIX, abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/PATH and wasbs://CONTAINER@ACCOUNT.blob.core.windows.net/PATH.';

/**
 * A source as pipelines pass it on: an absolute path, an http(s) URL as it is, or the URL of a prefix in an object store as its
 * client takes it (`s3a:`, as Spark writes it, is `s3:`).
 * @throws UserError `unsupported-source`, `bad-source`, `secret-in-source`; no message shows a secret
 */
export function resolveSource(source: string, cwd: string): string {
  if (isUrl(source)) return source;
  return isRemote(source) ? objectUrl(source) : resolve(cwd, source);
}

function objectUrl(source: string): string {
  const url = withoutSecrets(source).replace(/^s3a:/i, 's3:');
  refuseSecrets(source, url);
  if (/^s3:/.test(url)) {
    if (/^s3:\/\/[^/@:]+(\/|$)/.test(url)) return url;
    throw new UserError('bad-source', `${url} does not name a bucket and a prefix.`, { next: FORMS });
  }
  if (/^(abfss|wasbs):/.test(url)) {
    checkAzure(url);
    return url;
  }
  throw new UserError('unsupported-source', `No source is read from ${url}.`, { next: FORMS });
}

/** A password before the host, or a query such as a shared access signature. */
function refuseSecrets(source: string, shown: string): void {
  if (!/[?#]/.test(source) && !/^[^/]+:\/\/[^/]*:.*@/s.test(source)) return;
  throw new UserError(
    'secret-in-source',
    `${shown} was given with a password, a query or a fragment, which URLs of object stores do not have here.`,
    {
      next: 'Set the key in the environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_ACCESS_KEY.',
    },
  );
}

function checkAzure(url: string): void {
  try {
    azurePlace(url);
  } catch (cause) {
    const { message, next } = cause as UserError;
    throw new UserError('bad-source', message, { next: next!, cause });
  }
}

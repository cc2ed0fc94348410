import type { BlobServiceClient, StoragePipelineOptions } from '@azure/storage-blob';
import { UserError } from 'pm-core';
import type { Environment } from '../authentication.ts';
import { optionalPackage } from './optional-package.ts';

/** A container of a storage account, and a path in it without `/` at its ends. */
export interface AzurePlace {
  readonly account: string;
  readonly container: string;
  readonly path: string;
  /** Of the account's blob endpoint. */
  readonly blobUrl: string;
}

/** Only Azure's own clouds: a token is never sent to a host that an artifact URI made up. */
const place =
  /^(?:wasbs:\/\/([^/@]+)@([a-z0-9]{3,24})\.blob|abfss:\/\/([^/@]+)@([a-z0-9]{3,24})\.dfs)\.(core\.(?:windows\.net|chinacloudapi\.cn|usgovcloudapi\.net))(?:\/([^?#]*))?$/;

/**
 * Reads `wasbs://container@account.blob.core.windows.net/path` or `abfss://container@account.dfs.core.windows.net/path`
 * (or the endings of Azure China and US Government).
 * @throws UserError `bad-artifact-uri`
 */
export function azurePlace(uri: string): AzurePlace {
  const match = place.exec(uri);
  if (!match) {
    throw new UserError('bad-artifact-uri', `${uri} does not name a container of an Azure storage account.`, {
      next: 'The forms are wasbs://CONTAINER@ACCOUNT.blob.core.windows.net/PATH and abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/PATH.',
    });
  }
  const [, blobContainer, blobAccount, lakeContainer, lakeAccount, cloud, path = ''] = match;
  const account = (blobAccount ?? lakeAccount)!;
  return {
    account,
    container: (blobContainer ?? lakeContainer)!,
    path: path.replace(/^\/+|\/+$/g, ''),
    blobUrl: `https://${account}.blob.${cloud}`,
  };
}

/**
 * The account's blob service. The first that is set decides: AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_ACCESS_KEY,
 * AZURE_STORAGE_SAS_TOKEN, else DefaultAzureCredential, which looks for an identity by itself.
 * @throws UserError `missing-package`; `bad-azure-setting` where the connection string is none, or another account's
 */
export async function openBlobService(
  { account, blobUrl }: AzurePlace,
  environment: Environment,
  options: StoragePipelineOptions,
): Promise<BlobServiceClient> {
  const { BlobServiceClient, StorageSharedKeyCredential } = await optionalPackage(
    ['@azure/storage-blob'],
    'Files in Azure',
    () => import('@azure/storage-blob'),
  );
  const {
    AZURE_STORAGE_CONNECTION_STRING: connection,
    AZURE_STORAGE_ACCESS_KEY: key,
    AZURE_STORAGE_SAS_TOKEN: sasToken,
  } = environment;
  if (connection) {
    return orBadSetting(() => {
      const service = BlobServiceClient.fromConnectionString(connection, options);
      if (service.accountName === account) return service;
      throw new Error(`it is for the account ${service.accountName}, the files are in ${account}`);
    });
  }
  if (key) return new BlobServiceClient(blobUrl, new StorageSharedKeyCredential(account, key), options);
  if (sasToken) {
    return new BlobServiceClient(`${blobUrl}?${sasToken.replace(/^\?/, '')}`, undefined, options);
  }
  const { DefaultAzureCredential } = await optionalPackage(
    ['@azure/identity'],
    'Azure without AZURE_STORAGE_CONNECTION_STRING, _ACCESS_KEY or _SAS_TOKEN',
    () => import('@azure/identity'),
  );
  return new BlobServiceClient(blobUrl, new DefaultAzureCredential(), options);
}

function orBadSetting(open: () => BlobServiceClient): BlobServiceClient {
  try {
    return open();
  } catch (error) {
    const reason = (error as Error).message;
    throw new UserError('bad-azure-setting', `AZURE_STORAGE_CONNECTION_STRING cannot be used: ${reason}.`, {
      cause: error,
    });
  }
}

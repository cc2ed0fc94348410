import { addAbortSignal, Readable } from 'node:stream';
import type { ArtifactFolder } from './artifact-folder.ts';
import { azurePlace, openBlobService } from './azure-account.ts';
import { type ObjectStore, objectFolder, type StoreAccess } from './object-folder.ts';
import type { StoreErrorDetails } from './store-error.ts';

const smallestBlockBytes = 8 * 1024 * 1024;
/** Of one blob, by Azure's own limits. */
const mostBlocks = 50_000;
const blocksAtOnce = 4;
const pageSize = 1000;

/**
 * Files in Azure Blob Storage (`wasbs:`) or Data Lake Storage Gen2 (`abfss:`), both through the account's blob endpoint, which
 * reads and writes the same files: see {@link openBlobService} for what decides the credentials.
 * @throws UserError `bad-artifact-uri`; at the first use `missing-package`, `bad-azure-setting`
 */
export function azureArtifacts(client: StoreAccess, uri: string): ArtifactFolder {
  const place = azurePlace(uri);
  return objectFolder({ uri, root: place.path, client, open: () => openContainer(client, uri) });
}

async function openContainer(client: StoreAccess, uri: string): Promise<ObjectStore> {
  const { retries, baseDelayMs, maxDelayMs } = client.retry.policy;
  const place = azurePlace(uri);
  const service = await openBlobService(place, client.environment, {
    retryOptions: {
      maxTries: retries + 1,
      retryDelayInMs: baseDelayMs,
      maxRetryDelayInMs: maxDelayMs,
      tryTimeoutInMs: client.timeoutMs,
    },
  });
  const container = service.getContainerClient(place.container);
  return {
    async *level(prefix, abortSignal) {
      const found = container.listBlobsByHierarchy('/', { prefix, includeMetadata: true, abortSignal });
      for await (const { segment } of found.byPage({ maxPageSize: pageSize })) {
        for (const { name } of segment.blobPrefixes ?? []) yield { key: name, sizeBytes: 0 };
        for (const { name, properties, metadata } of segment.blobItems) {
          // A directory's own entry, beside its prefix: of a Data Lake, or left by Hadoop.
          if (metadata?.hdi_isfolder === 'true') continue;
          yield { key: name, sizeBytes: properties.contentLength ?? 0 };
        }
      }
    },
    async *keys(prefix, abortSignal) {
      for await (const { name } of container.listBlobsFlat({ prefix, abortSignal })) yield name;
    },
    put: async (key, content, abortSignal) => {
      const blob = container.getBlockBlobClient(key);
      if (content.size <= smallestBlockBytes) {
        // One request instead of a block and their list.
        await blob.upload(await content.arrayBuffer(), content.size, { abortSignal });
        return;
      }
      const blockBytes = Math.max(smallestBlockBytes, Math.ceil(content.size / mostBlocks));
      const stream = Readable.fromWeb(content.stream());
      await blob.uploadStream(stream, blockBytes, blocksAtOnce, { abortSignal });
    },
    get: async (key, abortSignal) => {
      const { readableStreamBody } = await container
        .getBlobClient(key)
        .download(0, undefined, { abortSignal, maxRetryRequests: retries });
      return addAbortSignal(abortSignal, readableStreamBody as Readable);
    },
    delete: async (key, abortSignal) => {
      await container.getBlobClient(key).deleteIfExists({ abortSignal });
    },
    describe,
  };
}

/** The SDK's message goes on with request id and time in further lines. */
function describe(error: unknown): StoreErrorDetails {
  if (!(error instanceof Error)) return { status: 0, code: undefined, message: String(error) };
  const { statusCode, code } = error as Error & { statusCode?: number; code?: string };
  return { status: statusCode ?? 0, code: code ?? error.name, message: error.message.split('\n')[0]! };
}

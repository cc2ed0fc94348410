import { openAsBlob } from 'node:fs';
import { UserError } from 'pm-core';
import { unlessStuck, uploadSignal } from '../mlflow/artifact-stores/unless-stuck.ts';
import { answerOf } from '../mlflow/client.ts';
import { isNetworkFailure } from '../mlflow/mlflow-error.ts';
import { allOf, everyItem } from '../mlflow/pages.ts';
import { retrying } from '../mlflow/retry.ts';
import type { DatabricksClient } from './client.ts';
import { DatabricksError, failure, hasNoEndpoint, isMissing, unlessMissing } from './databricks-error.ts';

const fileRoute = '/api/2.0/fs/files{file_path}';
const directoryRoute = '/api/2.0/fs/directories{directory_path}';

/** Something in a directory of a volume. */
export interface VolumeEntry {
  /** Absolute, `/Volumes/catalog/schema/volume/…`. */
  readonly path: string;
  readonly isDirectory: boolean;
  /** Undefined for a directory. */
  readonly sizeBytes: number | undefined;
}

/** Makes a directory and its parents below the volume; one that is there stays as it is. */
export async function makeDirectory({ api }: DatabricksClient, path: string): Promise<void> {
  await api.PUT(directoryRoute, { params: { path: { directory_path: path } } });
}

/**
 * Stores bytes as a file, in place of one that is there, and checks the stored size. Its directory must exist.
 * @throws UserError `upload-damaged`, DatabricksError
 */
export async function writeVolumeFile(client: DatabricksClient, path: string, content: Blob): Promise<void> {
  await retrying(client.retry, { repeatable: true, signal: client.signal }, () =>
    client.api.PUT(fileRoute, {
      params: { path: { file_path: path }, query: { overwrite: true } },
      body: content as unknown as string,
      bodySerializer: (body) => body as unknown as Blob,
      headers: { 'content-type': 'application/octet-stream' },
      signal: uploadSignal(client, content.size),
      // Or Node's fetch keeps a copy of the whole body for a redirect.
      redirect: 'error',
    }),
  );
  const sizeBytes = await volumeFileSize(client, path);
  if (sizeBytes === content.size) return;
  throw new UserError(
    'upload-damaged',
    `${path} was stored with ${sizeBytes ?? 'no'} bytes instead of ${content.size}.`,
    { next: 'Run it again.' },
  );
}

/** Stores a local file in constant memory and checks the stored size; see {@link writeVolumeFile}. Returns its bytes. */
export async function uploadToVolume(client: DatabricksClient, path: string, file: string): Promise<number> {
  const content = await openAsBlob(file);
  await writeVolumeFile(client, path, content);
  return content.size;
}

/** Size of a file in bytes; undefined where there is none. */
export async function volumeFileSize(client: DatabricksClient, path: string): Promise<number | undefined> {
  const params = { path: { file_path: path } };
  const length = await unlessUnknown(async () => {
    const { response } = await retrying(client.retry, { repeatable: true, signal: client.signal }, () =>
      client.api.HEAD(fileRoute, { params, parseAs: 'stream', signal: uploadSignal(client, 0) }),
    );
    return response.headers.get('content-length') ?? undefined;
  });
  // An answer without a body may be said to be as long as that.
  if (length === undefined || length === '0')
    return (await listedSize(client, path)) ?? (length === undefined ? undefined : 0);
  return Number(length);
}

/** Undefined where HEAD finds nothing, or is no method of the service. */
async function unlessUnknown<Found>(head: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await head();
  } catch (error) {
    if (error instanceof DatabricksError && [404, 405, 501].includes(error.status)) return undefined;
    throw error;
  }
}

/** Where HEAD tells no length, or nothing. */
async function listedSize(client: DatabricksClient, path: string): Promise<number | undefined> {
  try {
    for await (const entry of listDirectory(client, path.slice(0, path.lastIndexOf('/'))))
      if (entry.path === path) return entry.sizeBytes;
  } catch (error) {
    if (!isMissing(error) && !hasNoEndpoint(error)) throw error;
  }
  return undefined;
}

/** The bytes of a file, once: who reads again asks again. @throws DatabricksError */
export async function* readVolumeFile(
  client: DatabricksClient,
  path: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const params = { path: { file_path: path } };
  try {
    yield* unlessStuck(client, async (signal) => {
      const { response } = await client.api.GET(fileRoute, { params, parseAs: 'stream', signal });
      return response.body ?? [];
    });
  } catch (error) {
    if (!isNetworkFailure(error)) throw error;
    throw failure({ method: 'GET', path }, error, client.timeoutMs);
  }
}

/** What lies directly in a directory. @throws DatabricksError, see {@link isMissing} where there is no such directory. */
export async function* listDirectory(
  { api }: DatabricksClient,
  path: string,
): AsyncGenerator<VolumeEntry, void, undefined> {
  const every = everyItem(async (pageToken) => {
    const params = {
      path: { directory_path: path },
      query: pageToken === undefined ? {} : { page_token: pageToken },
    };
    const { contents, next_page_token } = await answerOf(api.GET(directoryRoute, { params }));
    return { items: contents, nextPageToken: next_page_token };
  });
  for await (const { path: entry = '', is_directory = false, file_size } of every)
    yield { path: entry, isDirectory: is_directory, sizeBytes: is_directory ? undefined : Number(file_size) };
}

/** Removes a file; none there is no error. */
export async function deleteVolumeFile({ api }: DatabricksClient, path: string): Promise<void> {
  await unlessMissing(() => api.DELETE(fileRoute, { params: { path: { file_path: path } } }));
}

/** Removes a directory with all that it holds; none there is no error. */
export async function deleteDirectory(client: DatabricksClient, path: string): Promise<void> {
  await unlessMissing(async () => {
    const entries = await allOf(listDirectory(client, path));
    for (const entry of entries) {
      if (entry.isDirectory) await deleteDirectory(client, entry.path);
      else await deleteVolumeFile(client, entry.path);
    }
    await client.api.DELETE(directoryRoute, { params: { path: { directory_path: path } } });
  });
}

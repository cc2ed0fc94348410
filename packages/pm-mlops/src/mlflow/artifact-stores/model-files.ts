import { safeArtifactPath } from '../artifact-path.ts';
import { encodeSegments, type MlflowClient } from '../client.ts';
import { errorFromFailure, isNetworkFailure } from '../mlflow-error.ts';
import { everyItem } from '../pages.ts';
import { retrying } from '../retry.ts';
import { type ArtifactEntry, type ArtifactFolder, byPath } from './artifact-folder.ts';
import { unlessStuck, uploadSignal } from './unless-stuck.ts';

interface Listed {
  readonly contents?: readonly { path?: string; is_directory?: boolean; file_size?: number | string }[];
  readonly next_page_token?: string;
}

/** Databricks' Files API has no place in MLflow's own specification. */
type AnyCall = (route: string, init: object) => Promise<{ data?: unknown; response: Response }>;

/** Files of a model version in Unity Catalog, `dbfs:/Models/CATALOG/SCHEMA/NAME/VERSION`, through the Files API. */
export function modelFiles(client: MlflowClient, uri: string): ArtifactFolder {
  const root = uri.replace(/^dbfs:|\/+$/g, '');
  const { GET, PUT, DELETE } = client.api as unknown as Record<'GET' | 'PUT' | 'DELETE', AnyCall>;
  const route = (kind: 'files' | 'directories', path: string) =>
    encodeSegments(`/api/2.0/fs/${kind}{path}`, { path });
  const placeOf = (path: string) => `${root}/${safeArtifactPath(path)}`;
  const folder: ArtifactFolder = {
    uri,
    retrying: (work) => retrying(client.retry, { repeatable: true, signal: client.signal }, work),
    list: async (directory) => {
      const at = directory === undefined ? root : placeOf(directory);
      const entries: ArtifactEntry[] = [];
      const every = everyItem(async (page_token) => {
        const query = page_token === undefined ? {} : { page_token };
        const listed = (await GET(route('directories', at), { params: { query } })).data as
          | Listed
          | undefined;
        return { items: listed?.contents, nextPageToken: listed?.next_page_token };
      });
      for await (const { path = '', is_directory = false, file_size } of every) {
        entries.push({
          path: safeArtifactPath(path.startsWith(`${root}/`) ? path.slice(root.length + 1) : ''),
          isDirectory: is_directory,
          sizeBytes: is_directory ? undefined : Number(file_size ?? 0),
        });
      }
      return entries.sort(byPath);
    },
    write: async (path, content) => {
      await folder.retrying(() =>
        PUT(route('files', placeOf(path)), {
          params: { query: { overwrite: true } },
          body: content,
          bodySerializer: (body: Blob) => body,
          headers: { 'content-type': 'application/octet-stream' },
          signal: uploadSignal(client, content.size),
          // Or Node's fetch keeps a copy of the whole body for a redirect.
          redirect: 'error',
        }),
      );
    },
    read: async function* (path) {
      const place = route('files', placeOf(path));
      try {
        yield* unlessStuck(client, async (signal) => {
          const { response } = await GET(place, { parseAs: 'stream', signal });
          return response.body ?? [];
        });
      } catch (error) {
        throw isNetworkFailure(error)
          ? errorFromFailure({ method: 'GET', path: place }, error, client.timeoutMs)
          : error;
      }
    },
    remove: async (path) => {
      await folder.retrying(() => DELETE(route('files', placeOf(path)), {}));
    },
  };
  return folder;
}

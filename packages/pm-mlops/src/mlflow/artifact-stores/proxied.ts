import { createHash } from 'node:crypto';
import { safeArtifactPath } from '../artifact-path.ts';
import { answerOf, type MlflowClient } from '../client.ts';
import { errorFromFailure, isNetworkFailure } from '../mlflow-error.ts';
import { mayHaveHappened, retrying } from '../retry.ts';
import { type ArtifactEntry, type ArtifactFolder, byPath } from './artifact-folder.ts';
import { uploadInParts } from './multipart-upload.ts';
import { unlessStuck, uploadSignal } from './unless-stuck.ts';

const route = '/api/2.0/mlflow-artifacts/artifacts/{artifact_path}';

/** Files behind a server's artifact proxy, at `mlflow-artifacts:/path` there. */
export function proxiedArtifacts(client: MlflowClient, uri: string): ArtifactFolder {
  const { api, retry, timeoutMs } = client;
  const root = uri.replace(/^mlflow-artifacts:\/?|\/+$/g, '');
  const pathOf = (path: string) => ({ path: { artifact_path: `${root}/${safeArtifactPath(path)}` } });
  const folder: ArtifactFolder = {
    uri,
    retrying: (work) => retrying(retry, { repeatable: true }, work),
    list: async (directory) => {
      const path = directory === undefined ? root : `${root}/${safeArtifactPath(directory)}`;
      const listed = await answerOf(
        api.GET('/api/2.0/mlflow-artifacts/artifacts', { params: { query: { path } } }),
      );
      return (listed.files ?? []).map((file) => entryOf(directory, file)).sort(byPath);
    },
    write: (path, content) => folder.retrying(() => writeOnce(path, content)),
    read: (path) => bytesOf(path),
    remove: async (path) => {
      await folder.retrying(() => api.DELETE(route, { params: pathOf(path) }));
    },
  };
  return folder;

  async function writeOnce(path: string, content: Blob): Promise<void> {
    try {
      if (await uploadInParts(client, pathOf(path).path.artifact_path, content)) return;
      await api.PUT(route, {
        params: pathOf(path),
        body: content,
        bodySerializer: (body) => body as Blob,
        headers: { 'content-type': 'application/octet-stream' },
        signal: uploadSignal(client, content.size),
        // Or Node's fetch keeps a copy of the whole body for a redirect.
        redirect: 'error',
      });
    } catch (error) {
      // A proxy gives up on a long upload that the server still takes in.
      if (!(mayHaveHappened(error) && (await isStored(path, content)))) throw error;
    }
  }

  async function isStored(path: string, content: Blob): Promise<boolean> {
    const directory = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : undefined;
    const entry = (await folder.list(directory)).find((one) => one.path === path);
    if (entry?.sizeBytes !== content.size) return false;
    return (await sha256Of(bytesOf(path))) === (await sha256Of(content.stream()));
  }

  async function* bytesOf(path: string): AsyncGenerator<Uint8Array, void, undefined> {
    const params = pathOf(path);
    try {
      yield* unlessStuck(client, async (signal) => {
        const { response } = await api.GET(route, { params, parseAs: 'stream', signal });
        return response.body ?? [];
      });
    } catch (error) {
      if (!isNetworkFailure(error)) throw error;
      throw errorFromFailure({ method: 'GET', path: params.path.artifact_path }, error, timeoutMs);
    }
  }
}

/** A server's names are no more to be trusted than anyone's. */
function entryOf(
  directory: string | undefined,
  { path = '', is_dir, file_size }: { path?: string; is_dir?: boolean; file_size?: number | string },
): ArtifactEntry {
  const isDirectory = is_dir === true;
  return {
    path: safeArtifactPath(directory === undefined ? path : `${directory}/${path}`),
    isDirectory,
    sizeBytes: isDirectory ? undefined : Number(file_size ?? 0),
  };
}

async function sha256Of(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of bytes) hash.update(chunk);
  return hash.digest('hex');
}

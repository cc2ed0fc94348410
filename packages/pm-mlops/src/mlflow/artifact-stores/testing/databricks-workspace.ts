import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { SignedUrl } from '../databricks-artifacts.ts';
import { FakeCloudStorage } from './cloud-storage.ts';

export interface DatabricksWorkspace {
  readonly host: string;
  /** `METHOD path` of every call of the workspace's own API. */
  readonly calls: readonly string[];
  readonly storage: FakeCloudStorage;
  /** What kind of storage the next signed URLs point at. */
  kind: SignedUrl['kind'];
  close(): Promise<void>;
}

export const workspaceToken = 'dapi-workspace-token';
const filesOnPage = 10;

/**
 * A stand-in for a Databricks workspace and its cloud storage, as strict as they are: the workspace wants its token and the
 * fields it knows, the storage wants the signed headers and no token, and a signature is good for one transfer.
 */
export async function startDatabricksWorkspace(): Promise<DatabricksWorkspace> {
  const calls: string[] = [];
  const storage = new FakeCloudStorage();
  const server: Server = createServer(async (request, response) => {
    try {
      const url = new URL(request.url!, workspace.host);
      const body = await buffer(request);
      if (url.pathname.startsWith('/cloud/')) return storage.answer(request, url, body, response);
      calls.push(`${request.method} ${url.pathname}`);
      json(response, 200, answer(request, url, `${body}`));
    } catch (error) {
      json(response, 400, { error_code: 'INVALID_PARAMETER_VALUE', message: (error as Error).message });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const workspace: DatabricksWorkspace = {
    host: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    storage,
    kind: 'AWS_PRESIGNED_URL',
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return workspace;

  function answer(request: IncomingMessage, url: URL, body: string): object {
    demand(request.headers.authorization === `Bearer ${workspaceToken}`, 'the token');
    const of = /^\/api\/2\.0\/mlflow\/(?:logged-models\/(m-[^/]+)\/)?artifacts\/(.+)$/.exec(url.pathname);
    demand(of !== null, 'a known endpoint');
    const [, model, action] = of!;
    if (request.method === 'GET') {
      demand(action === (model ? 'directories' : 'list'), 'a known endpoint');
      const owner = model ?? url.searchParams.get('run_id')!;
      const path = url.searchParams.get(model ? 'artifact_directory_path' : 'path') ?? '';
      return page(storage.list(owner, path), url.searchParams.get('page_token'));
    }
    const read = model ? 'credentials-for-download' : 'credentials-for-read';
    demand(
      [read, model ? 'credentials-for-upload' : 'credentials-for-write'].includes(action!),
      'a signature',
    );
    const { run_id, path, paths, ...unknown } = JSON.parse(body);
    demand(Object.keys(unknown).length === 0, 'known fields');
    const [file, ...more] = model ? paths : path;
    demand(typeof file === 'string' && more.length === 0, 'one path');
    const signed = sign(model ?? run_id, file, action === read ? 'GET' : 'PUT');
    return model
      ? { credentials: [{ model_id: model, credential_info: signed }] }
      : { credential_infos: [signed] };
  }

  function sign(owner: string, path: string, method: 'GET' | 'PUT') {
    const signature = randomUUID();
    storage.grant(signature, { owner, path, method, kind: workspace.kind });
    const name = `${owner}/${path}`.split('/').map(encodeURIComponent).join('/');
    const headers = [{ name: 'x-signed-header', value: signature.slice(0, 8) }];
    return {
      path,
      signed_uri: `${workspace.host}/cloud/${name}?signature=${signature}`,
      type: workspace.kind,
      headers,
    };
  }
}

function page(files: readonly object[], token: string | null): object {
  const start = Number(token ?? 0);
  const end = start + filesOnPage;
  return {
    root_uri: 'dbfs:/databricks/mlflow-tracking',
    files: files.slice(start, end),
    ...(end < files.length && { next_page_token: `${end}` }),
  };
}

function demand(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the call lacks ${what}`);
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

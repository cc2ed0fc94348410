import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SignedUrl } from '../databricks-artifacts.ts';

export interface Grant {
  readonly owner: string;
  readonly path: string;
  readonly method: 'GET' | 'PUT';
  readonly kind: SignedUrl['kind'];
}

/** Files behind signed URLs, in memory. What is not as signed is refused with 403. */
export class FakeCloudStorage {
  /** By `owner/path`. */
  readonly files = new Map<string, Buffer>();
  /** Statuses to answer with, before anything else is looked at. */
  readonly faults: number[] = [];
  /** `METHOD` with the query's names and values other than the signature, of every request that was granted. */
  readonly requests: string[] = [];
  readonly #grants = new Map<string, Grant>();
  readonly #unflushed = new Map<string, Buffer>();

  grant(signature: string, grant: Grant): void {
    this.#grants.set(signature, grant);
  }

  answer(request: IncomingMessage, url: URL, body: Buffer, response: ServerResponse): void {
    const fault = this.faults.shift();
    if (fault !== undefined) {
      response.writeHead(fault).end('<Error>fault</Error>');
      return;
    }
    const signature = url.searchParams.get('signature') ?? '';
    const grant = this.#grants.get(signature);
    const inOrder =
      grant !== undefined &&
      request.headers['x-signed-header'] === signature.slice(0, 8) &&
      request.headers.authorization === undefined &&
      decodeURIComponent(url.pathname) === `/cloud/${grant.owner}/${grant.path}`;
    const status = inOrder ? this.#do(grant, request, url, body, response) : 403;
    if (status !== undefined) response.writeHead(status).end();
  }

  /** Entries directly below a path, in the way of MLflow's listings. */
  list(owner: string, path: string): { path: string; is_dir: boolean; file_size?: string }[] {
    const prefix = path === '' ? `${owner}/` : `${owner}/${path}/`;
    const entries = new Map<string, { path: string; is_dir: boolean; file_size?: string }>();
    for (const [key, bytes] of this.files) {
      if (key === `${owner}/${path}`) entries.set(key, { path, is_dir: false, file_size: `${bytes.length}` });
      if (!key.startsWith(prefix)) continue;
      const [name, ...deeper] = key.slice(prefix.length).split('/');
      const child = `${prefix}${name}`.slice(owner.length + 1);
      const size = deeper.length === 0 ? { file_size: `${bytes.length}` } : {};
      entries.set(child, { path: child, is_dir: deeper.length > 0, ...size });
    }
    return [...entries.values()];
  }

  #do(grant: Grant, request: IncomingMessage, url: URL, body: Buffer, response: ServerResponse) {
    const key = `${grant.owner}/${grant.path}`;
    const query = [...url.searchParams].filter(([name]) => name !== 'signature');
    this.requests.push([request.method, ...query.map(([name, value]) => `${name}=${value}`)].join(' '));
    if (grant.method === 'PUT' && grant.kind === 'AZURE_ADLS_GEN2_SAS_URI')
      return this.#appendToLake(key, request.method!, url, body);
    if (request.method !== grant.method) return 403;
    this.#grants.delete(url.searchParams.get('signature')!);
    if (grant.method === 'PUT') {
      const isBlob = request.headers['x-ms-blob-type'] === 'BlockBlob';
      if (isBlob !== (grant.kind === 'AZURE_SAS_URI')) return 400;
      if (request.headers['content-length'] !== `${body.length}`) return 411;
      this.files.set(key, body);
      return 201;
    }
    const found = this.files.get(key);
    if (found === undefined) return 404;
    response.writeHead(200, { 'content-length': found.length }).end(found);
    return undefined;
  }

  #appendToLake(key: string, method: string, url: URL, body: Buffer): number {
    const { resource, action, position } = Object.fromEntries(url.searchParams);
    if (method === 'PUT' && resource === 'file') this.#unflushed.set(key, Buffer.alloc(0));
    const written = this.#unflushed.get(key);
    if (written === undefined) return 404;
    if (method === 'PUT') return 201;
    if (position !== `${written.length}`) return 400;
    if (action === 'append') this.#unflushed.set(key, Buffer.concat([written, body]));
    else this.files.set(key, written);
    return action === 'append' ? 202 : 200;
  }
}

import { Readable } from 'node:stream';
import type { DirectFetch } from '../direct.ts';
import type { Answer, Call } from './call.ts';
import { type EmbeddedStoreOptions, openStore } from './open-store.ts';

/** `fetch` that needs no network, the handler behind it (which our client calls itself), and the closing of its file. */
export type EmbeddedFetch = DirectFetch & { close(): void };

/**
 * MLflow without a server: a `fetch` that answers MLflow's REST API at any base URL, such as `http://embedded.invalid`,
 * from a tracking store and model registry in one SQLite file and artifacts in a folder. Several processes may have the
 * same file open, the real `mlflow server` included. A refusal is an answer with MLflow's status and error body.
 * @throws UserError `not-an-mlflow-database`, `mlflow-schema`, `cannot-open-database`
 */
export function createEmbeddedFetch(options: EmbeddedStoreOptions): EmbeddedFetch {
  const store = openStore(options);
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    return responseOf(await store.handle(callOf(request)));
  };
  return Object.assign(fetch, { handle: store.handle, close: store.close });
}

function callOf(request: Request): Call {
  const { pathname, searchParams } = new URL(request.url);
  return {
    method: request.method,
    path: pathname,
    query: searchParams,
    contentType: request.headers.get('content-type'),
    text: () => request.text(),
    bytes: () => request.body ?? emptyBody(),
  };
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

function responseOf({ status, headers, body }: Answer): Response {
  const content = typeof body === 'string' ? body : (Readable.toWeb(body) as ReadableStream<Uint8Array>);
  return new Response(content, { status, headers });
}

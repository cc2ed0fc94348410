import type { Answer, Call, Handler } from './embedded/call.ts';
import { LosslessResponse } from './lossless-response.ts';
import { errorFromAnswer, type FailedCall } from './mlflow-error.ts';
import { type RetryContext, retrying } from './retry.ts';
import { isFileCall, type Transport } from './transport.ts';

/** A `fetch` that a store in this process answers, with the handler behind it. */
export type DirectFetch = typeof globalThis.fetch & { readonly handle: Handler };

export const isDirect = (fetch: typeof globalThis.fetch): fetch is DirectFetch => 'handle' in fetch;

/** What openapi-fetch makes of a call instead of a Request: the same, without streams. */
export class DirectRequest {
  readonly url: string;
  readonly method: string;
  readonly init: RequestInit & { readonly headers: Headers };

  constructor(url: string, init: RequestInit & { readonly headers: Headers }) {
    this.url = url;
    this.method = init.method ?? 'GET';
    this.init = init;
  }
}

export interface DirectOptions {
  readonly handle: Handler;
  readonly retry: RetryContext;
  /** Ends every call. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The transport of a store in this process, for DirectRequests: a text goes to the store's handler as it is, with the retries
 * and errors of a call over HTTP. Request, Response and their streams would cost more than the store's own work.
 * What carries a file, and so streams, goes `otherwise`.
 */
export function createDirectTransport(
  { handle, retry, signal }: DirectOptions,
  otherwise: Transport,
): (request: DirectRequest) => Promise<Response> {
  return async ({ url, method, init }) => {
    const { pathname: path, searchParams: query } = new URL(url);
    const body = init.body ?? '';
    const named = { method, path };
    if (isFileCall(named) || typeof body !== 'string') return otherwise(new Request(url, init));
    const call = { ...named, query, ...textBody(body, init.headers) };
    const stop = init.signal && signal ? AbortSignal.any([init.signal, signal]) : (init.signal ?? signal);
    // What the store refuses it has rolled back, so that everything can be done again.
    return retrying(retry, { repeatable: true, signal: stop }, async () => {
      stop?.throwIfAborted();
      return accepted(named, await handle(call));
    });
  };
}

const textBody = (body: string, headers: Headers): Pick<Call, 'contentType' | 'text' | 'bytes'> => ({
  contentType: headers.get('content-type'),
  text: async () => body,
  bytes: () => new Blob([body]).stream(),
});

function accepted(call: FailedCall, { status, headers, body }: Answer): Response {
  if (typeof body !== 'string') return new Response(ReadableStream.from(body), { status, headers });
  const response = new LosslessResponse(body, { status, headers });
  if (!response.ok) throw errorFromAnswer(call, response, body, Date.now());
  return response;
}

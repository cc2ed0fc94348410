import { LosslessResponse } from './lossless-response.ts';
import { errorFromAnswer, errorFromFailure, type FailedCall, isNetworkFailure } from './mlflow-error.ts';
import type { RestError } from './rest-error.ts';
import { type RetryContext, retrying } from './retry.ts';

export interface TransportOptions {
  readonly fetch: typeof globalThis.fetch;
  /** Until the last byte of an answer, for each try. */
  readonly timeoutMs: number;
  readonly retry: RetryContext;
  readonly signal?: AbortSignal | undefined;
  /** Whose routes and errors these are; MLflow's, if not given. */
  readonly service?: Service;
}

/** What a transport must know of the service it speaks to. */
export interface Service {
  /** Whether a request leaves the same when it is done twice. */
  isRepeatable(call: FailedCall): boolean;
  /** Whether a request carries a file, either way: it streams. */
  isFile(call: FailedCall): boolean;
  refusal(call: FailedCall, response: Response, body: string, nowMs: number): RestError;
  failure(call: FailedCall, cause: unknown, timeoutMs: number): RestError;
}

export type Transport = (request: Request) => Promise<Response>;

const artifactRoute = '/api/2.0/mlflow-artifacts/artifacts/';
const databricksFiles = '/api/2.0/fs/files/';
/** Done twice these leave two of something, or fail where the first was done. */
const notRepeatable =
  /\/(experiments|runs|registered-models|model-versions)\/create$|\/logged-models$|\/rename$|\/mpu\/(create|complete)\//;

/** Whether a call to MLflow carries a file, either way. */
export const isFileCall = ({ path }: FailedCall): boolean =>
  path.includes(artifactRoute) || path.startsWith(databricksFiles);

const mlflow: Service = {
  isRepeatable: ({ method, path }) => !(method === 'POST' && notRepeatable.test(path)),
  isFile: isFileCall,
  refusal: errorFromAnswer,
  failure: errorFromFailure,
};

/**
 * Sends a request with timeout and retries, and answers only what is 2xx, read to its end.
 * Files are sent and answered as they stream, once: who sends one must open it again for another try.
 * @throws RestError of the service for every other answer and for none; the signal's reason when it aborts.
 */
export function createTransport(given: TransportOptions): Transport {
  const options = { service: mlflow, ...given };
  const { service } = options;
  return async (request) => {
    const { method, url, headers } = request;
    const call = { method, path: new URL(url).pathname };
    const stop = options.signal ? AbortSignal.any([request.signal, options.signal]) : request.signal;
    underWay.add(request);
    try {
      if (service.isFile(call)) return await transferFile(request, call, stop, options);
      const body = request.body === null ? null : await request.text();
      const repeatable = service.isRepeatable(call);
      return await retrying(options.retry, { repeatable, signal: stop }, () =>
        exchange({ url, method, headers, body }, call, stop, options),
      );
    } finally {
      underWay.delete(request);
    }
  };
}

/** Node lets a request's signal go with the request, and so forgets to abort, unless somebody holds the request. */
const underWay = new Set<Request>();
const requestOf = new WeakMap<ReadableStream, Request>();

interface Sendable {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | null;
}

async function exchange(
  { url, ...init }: Sendable,
  call: FailedCall,
  stop: AbortSignal,
  { fetch, timeoutMs, service }: Required<Pick<TransportOptions, 'fetch' | 'timeoutMs' | 'service'>>,
) {
  const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), stop]);
  const { response, text } = await orFailure(call, { timeoutMs, service }, async () => {
    const response = await fetch(new Request(url, init), { signal });
    return { response, text: await response.text() };
  });
  if (!response.ok) throw service.refusal(call, response, text, Date.now());
  const type = response.headers.get('content-type');
  const { status } = response;
  const headers: Record<string, string> = type === null ? {} : { 'content-type': type };
  // What stands between may answer with a page of its own, and 200.
  return new LosslessResponse(text, { status, headers }, () =>
    service.refusal(call, response, text, Date.now()),
  );
}

async function transferFile(
  request: Request,
  call: FailedCall,
  stop: AbortSignal,
  { fetch, timeoutMs, service }: Required<Pick<TransportOptions, 'fetch' | 'timeoutMs' | 'service'>>,
) {
  const response = await orFailure(call, { timeoutMs, service }, () => fetch(request, { signal: stop }));
  if (response.body !== null) requestOf.set(response.body, request);
  if (response.ok) return response;
  const text = await orFailure(call, { timeoutMs, service }, () => response.text());
  throw service.refusal(call, response, text, Date.now());
}

async function orFailure<Result>(
  call: FailedCall,
  { timeoutMs, service }: { timeoutMs: number; service: Service },
  work: () => Promise<Result>,
) {
  try {
    return await work();
  } catch (error) {
    throw isNetworkFailure(error) ? service.failure(call, error, timeoutMs) : error;
  }
}

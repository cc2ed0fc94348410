import createClient, { type Client, type ClientOptions } from 'openapi-fetch';
import type { paths } from '../generated/mlflow.ts';
import type { Authentication, Environment } from './authentication.ts';
import { authorized } from './authorized.ts';
import { createDirectTransport, DirectRequest, isDirect } from './direct.ts';
import { type RetryContext, type RetryPolicy, retryContext } from './retry.ts';
import { createTransport, type Transport } from './transport.ts';

export interface MlflowClientOptions {
  /** `http(s)://host[:port][/prefix]` of the server. */
  readonly trackingUri: string;
  /** Instead of the network; the global fetch at the time the client is made, if not given. */
  readonly fetch?: typeof globalThis.fetch;
  readonly authentication?: Authentication | undefined;
  /** Until the last byte of an answer, for each try (default 120 s, as MLflow's own client). For files: without progress. */
  readonly timeoutMs?: number;
  readonly retry?: Partial<RetryPolicy>;
  /** Waits between tries. */
  readonly sleep?: RetryContext['sleep'];
  /** Jitter of those waits, uniform in [0, 1). */
  readonly random?: () => number;
  /** Ends every call of this client. */
  readonly signal?: AbortSignal;
  /** Where artifact stores beside the server find their settings and credentials (docs/artifact-stores.md); empty if not given. */
  readonly environment?: Environment;
  /** Puts itself between this client and the server: a registry that answers otherwise, see unityCatalogTransport. */
  readonly registry?: (send: Transport, client: () => MlflowClient) => Transport;
}

/** Calls to one MLflow server. */
export interface MlflowClient {
  readonly trackingUri: string;
  /**
   * Each endpoint with the types of the specification. Every refusal and failure is thrown as a MlflowError; an int64
   * beyond ±2^53 comes as a string.
   */
  readonly api: Client<paths>;
  readonly timeoutMs: number;
  readonly retry: RetryContext;
  readonly signal: AbortSignal | undefined;
  readonly environment: Environment;
}

/**
 * A client of MLflow's tracking server, model registry and artifact proxy.
 *
 * Temporary failures (408, 429, 5xx, lost connections, timeouts) are tried again with backoff and jitter, and not before
 * Retry-After says. What must not be done twice (such as creating a run) is tried again only where it surely was not done.
 *
 * @example
 * const mlflow = createMlflowClient({ trackingUri: 'http://localhost:5000' });
 * const { data } = await mlflow.api.GET('/api/2.0/mlflow/runs/get', { params: { query: { run_id } } });
 */
export function createMlflowClient(options: MlflowClientOptions): MlflowClient {
  const { trackingUri, fetch = globalThis.fetch, timeoutMs = 120_000, authentication, signal } = options;
  const { environment = {} } = options;
  const retry = retryContext(options);
  const send = createTransport({ fetch, timeoutMs, retry, signal });
  const authenticated = authentication === undefined ? send : authorized(send, authentication);
  const api = createClient<paths>({
    baseUrl: trackingUri,
    pathSerializer: encodeSegments,
    ...(isDirect(fetch)
      ? direct(createDirectTransport({ handle: fetch.handle, retry, signal }, send))
      : { fetch: options.registry?.(authenticated, () => client) ?? authenticated }),
  });
  const client: MlflowClient = Object.freeze({ trackingUri, api, timeoutMs, retry, signal, environment });
  return client;
}

/** openapi-fetch hands what it made with `Request` to `fetch`; its types know the global one only. */
const direct = (
  send: (request: DirectRequest) => Promise<Response>,
): Pick<ClientOptions, 'fetch' | 'Request'> => ({
  fetch: send as unknown as Transport,
  Request: DirectRequest as unknown as typeof Request,
});

/** The answer of a call; {} where MLflow sent an empty body. */
export async function answerOf<Data>(call: Promise<{ data?: Data }>): Promise<NonNullable<Data>> {
  const { data } = await call;
  return (data ?? {}) as NonNullable<Data>;
}

/** Artifact paths keep their slashes; everything else in a path is encoded. */
export function encodeSegments(path: string, parameters: Record<string, unknown>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) =>
    `${parameters[name]}`.split('/').map(encodeURIComponent).join('/'),
  );
}

import createClient, { type Client } from 'openapi-fetch';
import type { paths } from '../generated/databricks.ts';
import type { Authentication } from '../mlflow/authentication.ts';
import { authorized } from '../mlflow/authorized.ts';
import { encodeSegments } from '../mlflow/client.ts';
import type { FailedCall } from '../mlflow/mlflow-error.ts';
import { type RetryContext, type RetryPolicy, retryContext } from '../mlflow/retry.ts';
import { createTransport, type Service } from '../mlflow/transport.ts';
import { failure, refusal } from './databricks-error.ts';
import { withFormerJobs } from './former-jobs.ts';

export interface DatabricksClientOptions {
  /** `http(s)://host[:port]` of the workspace. */
  readonly host: string;
  /** Asked before every call, so that a token is renewed while a run is watched; see `databricksAuthentication`. */
  readonly authentication: Authentication;
  /** Instead of the network; the global fetch at the time the client is made, if not given. */
  readonly fetch?: typeof globalThis.fetch;
  /** Until the last byte of an answer, for each try (default 60 s). For files: without progress. */
  readonly timeoutMs?: number;
  readonly retry?: Partial<RetryPolicy>;
  /** Waits between tries and between looks. */
  readonly sleep?: RetryContext['sleep'];
  /** Jitter of the waits between tries, uniform in [0, 1). */
  readonly random?: () => number;
  /** Ends every call of this client. */
  readonly signal?: AbortSignal;
}

/** Calls to one workspace. */
export interface DatabricksClient {
  readonly host: string;
  readonly authentication: Authentication;
  /** Each endpoint with the types of openapi/databricks.yaml. Every refusal and failure is thrown as a DatabricksError. */
  readonly api: Client<paths>;
  readonly timeoutMs: number;
  readonly retry: RetryContext;
  readonly signal: AbortSignal | undefined;
  /** The same without a signal: for what has to be put in order after Ctrl-C. */
  readonly lasting: DatabricksClient;
}

/**
 * A client of a Databricks workspace: what the files of this folder do is done through it.
 *
 * Temporary failures (408, 429, 5xx, lost connections, timeouts) are tried again with backoff and jitter, and not before
 * Retry-After says. What must not be done twice (creating a job or a cluster) is tried again by `api` only where it surely
 * was not done; `createJob` and its like then look before they repeat it.
 *
 * @example
 * const { trackingUri: host, authentication } = databricksAuthentication(process.env, homedir());
 * const client = createDatabricksClient({ host, authentication });
 * for await (const job of listJobs(client)) console.log(job.jobId, job.settings.name);
 */
export function createDatabricksClient(options: DatabricksClientOptions): DatabricksClient {
  const { host, authentication, fetch = globalThis.fetch, timeoutMs = 60_000, signal } = options;
  const retry = retryContext(options);
  const send = withFormerJobs(createTransport({ fetch, timeoutMs, retry, signal, service }));
  const api = createClient<paths>({
    baseUrl: host,
    fetch: authorized(send, authentication),
    pathSerializer: encodeSegments,
  });
  return Object.freeze({
    host,
    authentication,
    api,
    timeoutMs,
    retry,
    signal,
    get lasting(): DatabricksClient {
      const { signal: _, ...others } = options;
      return signal === undefined ? this : createDatabricksClient(others);
    },
  });
}

/** run-now is not among them: `runNow` always sends an idempotency token. */
const creates =
  /\/(jobs|clusters|scopes|experiments|registered-models)\/create$|\/unity-catalog\/(schemas|volumes|models)$/;

const service: Service = {
  isRepeatable: ({ method, path }) => !(method === 'POST' && creates.test(path)),
  isFile: ({ method, path }: FailedCall) =>
    path.startsWith('/api/2.0/workspace-files/import-file/') ||
    (path.startsWith('/api/2.0/fs/files/') && method !== 'DELETE'),
  refusal,
  failure,
};

import { RestError, type RestErrorDetails } from './rest-error.ts';

/** A call that MLflow refused or that never got its answer. Branch on `errorCode` and `status`, not on the text. */
export class MlflowError extends RestError {
  override readonly name = 'MlflowError';
}

/** Whether an error is MLflow's refusal with one of these codes. */
export function hasErrorCode(error: unknown, ...codes: readonly string[]): error is MlflowError {
  return error instanceof MlflowError && error.errorCode !== undefined && codes.includes(error.errorCode);
}

export interface FailedCall {
  readonly method: string;
  readonly path: string;
}

/** The error of an answer that is not 2xx, whatever its body is: MLflow's JSON, FastAPI's `detail`, a page or plain text. */
export function errorFromAnswer(
  call: FailedCall,
  response: Response,
  body: string,
  nowMs: number,
): MlflowError {
  return new MlflowError(answerDetails(call, response, body, nowMs, describe));
}

/** What an answer that is not 2xx tells; `describe` makes a message of one that states none. */
export function answerDetails(
  call: FailedCall,
  response: Response,
  body: string,
  nowMs: number,
  describe: (response: Response, body: string) => string,
): RestErrorDetails {
  const { error_code, message, detail } = jsonObject(body);
  const stated = message ?? detail;
  const isStated = typeof stated === 'string' && stated !== '';
  const isCoded = typeof error_code === 'string' && error_code !== '';
  return {
    ...call,
    status: response.status,
    errorCode: isCoded ? error_code : isOfNoEndpoint(response, body) ? NO_ENDPOINT : undefined,
    message: isStated ? `${response.status} ${stated}` : describe(response, body),
    retryAfterMs: retryAfterMs(response.headers.get('retry-after'), nowMs),
  };
}

/** The code of a server that has no such endpoint. */
export const NO_ENDPOINT = 'ENDPOINT_NOT_FOUND';

/** Not every server says so in JSON: a router's own 404 is a text or a page, where a thing that is missing has JSON or no body. */
function isOfNoEndpoint({ status }: Response, body: string): boolean {
  if (status === 405 || status === 501) return true;
  return status === 404 && !/^\s*(\{|$)/.test(body);
}

/** OpenSSL's and Node's codes of a server certificate that is not trusted. */
const certificateFaults = /CERT|UNABLE_TO_VERIFY/;

/** The error of a call without an answer. */
export function errorFromFailure(call: FailedCall, cause: unknown, timeoutMs: number): MlflowError {
  return new MlflowError(failureDetails(call, cause, timeoutMs));
}

/** What is known of a call without an answer. */
export function failureDetails(call: FailedCall, cause: unknown, timeoutMs: number): RestErrorDetails {
  const [errorCode, message] =
    cause instanceof Error && cause.name === 'TimeoutError'
      ? ['TIMEOUT', `no complete answer in time (timeoutMs is ${timeoutMs})`]
      : certificateFaults.test(codeOf(cause) ?? '')
        ? [
            'CERTIFICATE_REFUSED',
            `${reason(cause)}; set MLFLOW_TRACKING_SERVER_CERT_PATH to the certificate to trust`,
          ]
        : ['CONNECTION_FAILED', `no answer: ${reason(cause)}`];
  return { ...call, status: 0, errorCode: errorCode!, message: message!, cause };
}

/** Whether an error is fetch's own: no connection, a lost one, or no answer in time. Anything else is not the network's fault. */
export function isNetworkFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'TimeoutError' || (error instanceof TypeError && error.cause !== undefined);
}

function describe({ status, headers }: Response, body: string): string {
  if (status === 403 && /invalid host header/i.test(body)) {
    return `403 the server does not answer to this host name; start it with --allowed-hosts and the name (or set MLFLOW_SERVER_ALLOWED_HOSTS there)`;
  }
  if (status === 401) {
    return '401 not authenticated; set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN';
  }
  if (/html/.test(headers.get('content-type') ?? '')) {
    return `${status} with a web page instead of JSON; is this the address of an MLflow server?`;
  }
  return `${status} ${body.trim().slice(0, 300) || 'without a message'}`;
}

function jsonObject(body: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Retry-After is seconds or an HTTP date. */
function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** fetch says only "fetch failed"; the reason is its cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || String(codeOf(error.cause)) : error.message;
}

/** The system's code of a network error, such as ECONNREFUSED, found along its causes. */
export function codeOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return undefined;
}

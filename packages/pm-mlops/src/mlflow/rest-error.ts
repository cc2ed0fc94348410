export interface RestErrorDetails {
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** The service's `error_code`, undefined if the answer had none. No answer: `TIMEOUT`, `CONNECTION_FAILED` or `CERTIFICATE_REFUSED`. */
  readonly errorCode: string | undefined;
  readonly message: string;
  readonly method: string;
  /** Path of the URL, without its query. */
  readonly path: string;
  readonly cause?: unknown;
  /** From the header Retry-After, if the server sent one. */
  readonly retryAfterMs?: number | undefined;
}

/** A call that a REST service refused or that never got its answer. */
export class RestError extends Error {
  readonly status: number;
  readonly errorCode: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly retryAfterMs: number | undefined;

  constructor({ status, errorCode, message, method, path, cause, retryAfterMs }: RestErrorDetails) {
    super(`${method} ${path}: ${message}`, cause === undefined ? undefined : { cause });
    this.status = status;
    this.errorCode = errorCode;
    this.method = method;
    this.path = path;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Codes of MLflow that the embedded store answers, with the HTTP status MLflow's server gives each. */
const statuses = {
  BAD_REQUEST: 400,
  INVALID_PARAMETER_VALUE: 400,
  RESOURCE_ALREADY_EXISTS: 400,
  ENDPOINT_NOT_FOUND: 404,
  RESOURCE_DOES_NOT_EXIST: 404,
  MAX_BLOCK_SIZE_EXCEEDED: 413,
  INTERNAL_ERROR: 500,
  INVALID_STATE: 500,
  NOT_IMPLEMENTED: 501,
  TEMPORARILY_UNAVAILABLE: 503,
} as const;

export type FaultCode = keyof typeof statuses;

/** A request that is refused; its code and message become MLflow's error body. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  readonly status: number;

  constructor(code: FaultCode, message: string, options?: { cause: unknown }) {
    super(message, options);
    this.code = code;
    this.status = statuses[code];
  }
}

/** 400: the request is at fault. */
export const invalid = (message: string): Fault => new Fault('INVALID_PARAMETER_VALUE', message);

/** 404: what the request names is not there. */
export const notFound = (message: string): Fault => new Fault('RESOURCE_DOES_NOT_EXIST', message);

/** 400, as MLflow has it, not 409: the name is taken. */
export const alreadyExists = (message: string): Fault => new Fault('RESOURCE_ALREADY_EXISTS', message);

/** Result codes of SQLite: https://sqlite.org/rescode.html, the lower 8 bits. */
const sqlite = { busy: 5, constraint: 19 };

/** Any error as a fault: what SQLite refused by a constraint is the request's, a lock that did not come free may be tried again. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const message = error instanceof Error ? error.message : String(error);
  const options = { cause: error };
  switch (sqliteResult(error)) {
    case sqlite.busy:
      return new Fault('TEMPORARILY_UNAVAILABLE', `The database is in use: ${message}`, options);
    case sqlite.constraint:
      return new Fault('BAD_REQUEST', `The database refused this: ${message}`, options);
    default:
      return new Fault('INTERNAL_ERROR', message, options);
  }
}

/** The primary result code of an error of node:sqlite; undefined for another error. */
export function sqliteResult(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined;
  return error.errcode & 0xff;
}

import { answerDetails, type FailedCall, failureDetails, NO_ENDPOINT } from '../mlflow/mlflow-error.ts';
import { RestError } from '../mlflow/rest-error.ts';

/** A call that the workspace refused or that never got its answer. Branch on `errorCode`, then on `status`, not on the text. */
export class DatabricksError extends RestError {
  override readonly name = 'DatabricksError';
}

/** The error of an answer that is not 2xx, whatever its body is. */
export function refusal(call: FailedCall, response: Response, body: string, nowMs: number): DatabricksError {
  return new DatabricksError(answerDetails(call, response, body, nowMs, describe));
}

/** The error of a call without an answer. */
export function failure(call: FailedCall, cause: unknown, timeoutMs: number): DatabricksError {
  return new DatabricksError(failureDetails(call, cause, timeoutMs));
}

/** The workspace has no such endpoint: an older or a smaller service than the newest. */
export const hasNoEndpoint = (error: unknown): error is DatabricksError =>
  error instanceof DatabricksError && error.errorCode === NO_ENDPOINT;

/** What is asked for is not there. A job that was deleted may answer otherwise: see `deleteJob`. */
export function isMissing(error: unknown): error is DatabricksError {
  if (!(error instanceof DatabricksError) || hasNoEndpoint(error)) return false;
  const { errorCode, status } = error;
  return status === 404 || /(^|_)(DOES_NOT_EXIST|NOT_FOUND)$/.test(errorCode ?? '');
}

/** What is to be created is there already. Without an `error_code`, a bare 400 may be that too. */
export function isConflict(error: unknown): error is DatabricksError {
  if (!(error instanceof DatabricksError)) return false;
  const { errorCode, status } = error;
  if (errorCode === undefined) return status === 409 || status === 400;
  return status === 409 || /(^|_)ALREADY_EXISTS$/.test(errorCode);
}

/** What `work` answers, or undefined where what it asks for is not there. */
export async function unlessMissing<Found>(work: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** What `work` answers, or undefined where the workspace has no endpoint for it. */
export async function unlessNoEndpoint<Found>(work: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await work();
  } catch (error) {
    if (hasNoEndpoint(error)) return undefined;
    throw error;
  }
}

function describe({ status, headers }: Response, body: string): string {
  if (status === 401) return '401 not authenticated; the token is wrong or has ended';
  if (/html/.test(headers.get('content-type') ?? '')) {
    return `${status} with a web page instead of JSON; is DATABRICKS_HOST the address of a workspace?`;
  }
  const said = body.trim().slice(0, 300);
  if (status === 404 && /^[^{]/.test(said)) return `404 this workspace has no such endpoint (${said})`;
  return `${status} ${said || 'without a message'}`;
}

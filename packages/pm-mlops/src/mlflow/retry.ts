import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from './mlflow-error.ts';
import { RestError } from './rest-error.ts';

export interface RetryPolicy {
  /** Tries after the first. */
  readonly retries: number;
  /** Longest first wait; each further wait may be twice as long. */
  readonly baseDelayMs: number;
  /** Longest wait, also where the server asks for a longer one. */
  readonly maxDelayMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = Object.freeze({ retries: 5, baseDelayMs: 250, maxDelayMs: 60_000 });

export interface RetryContext {
  readonly policy: RetryPolicy;
  /** Uniform in [0, 1): the jitter. */
  readonly random: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** How often and how patiently a client tries again: the defaults, where nothing else is said. */
export function retryContext({
  retry,
  random = Math.random,
  sleep = (ms, stop) => delay(ms, undefined, stop && { signal: stop }),
}: Partial<Omit<RetryContext, 'policy'>> & { retry?: Partial<RetryPolicy> }): RetryContext {
  return { policy: { ...DEFAULT_RETRY, ...retry }, random, sleep };
}

/** Temporary by HTTP's definition, or by what proxies and MLflow's own client make of it. */
const temporary = new Set([408, 429, 500, 502, 503, 504]);
/** No connection was made, so nothing can have been done. */
const neverArrived = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/**
 * Tries until it works, fails for good, or the tries are used up; then throws the last error.
 * A call that is not `repeatable` is tried again only where it surely was not done: refused with 429, or never connected.
 */
export async function retrying<Result>(
  { policy, random, sleep }: RetryContext,
  { repeatable, signal }: { repeatable: boolean; signal?: AbortSignal | undefined },
  attempt: () => Promise<Result>,
): Promise<Result> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= policy.retries || !isWorthRetrying(error, repeatable)) throw error;
      await sleep(delayMs(error, tries, policy, random()), signal);
    }
  }
}

/** Whether a failed call may have been done all the same: its answer was lost, or came from something in between. */
export function mayHaveHappened(error: unknown): boolean {
  if (!(error instanceof RestError)) return false;
  return error.status === 0
    ? error.errorCode !== 'CERTIFICATE_REFUSED' && !neverArrived.has(codeOf(error) ?? '')
    : temporary.has(error.status) && error.status !== 429;
}

/** Whether the same call may well be answered a little later. */
export const isTemporary = (error: unknown): error is RestError =>
  error instanceof RestError &&
  (error.status === 0 ? error.errorCode !== 'CERTIFICATE_REFUSED' : temporary.has(error.status));

const isWorthRetrying = (error: unknown, repeatable: boolean): boolean =>
  isTemporary(error) && (repeatable || !mayHaveHappened(error));

/** Exponential backoff with full jitter (M. Brooker, "Exponential Backoff and Jitter"); never sooner than Retry-After. */
function delayMs(error: unknown, tries: number, policy: RetryPolicy, jitter: number): number {
  const asked = error instanceof RestError ? (error.retryAfterMs ?? 0) : 0;
  const backoff = jitter * policy.baseDelayMs * 2 ** tries;
  return Math.min(asked + backoff, policy.maxDelayMs);
}

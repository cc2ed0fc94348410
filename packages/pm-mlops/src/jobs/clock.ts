import { setTimeout } from 'node:timers/promises';

/** Time, as an argument. */
export interface Clock {
  /** Milliseconds since any fixed instant. */
  nowMs(): number;
  /** Ends after that time, or at once when the signal aborts; never throws. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => undefined),
};

/** A signal that aborts after a time, 0 for never, unless `ended` aborts before. */
export function timeLimit(limitMs: number, clock: Clock, ended: AbortSignal): AbortSignal {
  const limit = new AbortController();
  if (limitMs > 0) {
    void clock.sleep(limitMs, ended).then(() => {
      if (!ended.aborted) limit.abort(new DOMException(`not done after ${limitMs / 1000} s`, 'TimeoutError'));
    });
  }
  return limit.signal;
}

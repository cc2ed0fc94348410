export interface Patience {
  /** Longest wait for the next item. The time that the consumer takes does not count. */
  readonly timeoutMs: number;
  /** Ends the wait at once. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Passes on what a source yields. The source is given a signal that aborts when it is to end.
 * @throws DOMException `TimeoutError` when nothing came in time; the reason of `signal` when that aborts.
 */
export async function* unlessStuck<Item>(
  { timeoutMs, signal }: Patience,
  open: (signal: AbortSignal) => AsyncIterable<Item> | Promise<AsyncIterable<Item> | Iterable<Item>>,
): AsyncGenerator<Item, void, undefined> {
  const stuck = new AbortController();
  const wait = () =>
    setTimeout(() => stuck.abort(new DOMException('no progress', 'TimeoutError')), timeoutMs);
  const end = signal ? AbortSignal.any([signal, stuck.signal]) : stuck.signal;
  let timer = wait();
  try {
    for await (const item of await open(end)) {
      clearTimeout(timer);
      yield item;
      timer = wait();
    }
  } catch (error) {
    // Sources tell an abort in words of their own.
    end.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** An upload may be this slow before it counts as stuck. */
const slowestBytesPerMs = 50;

/** Aborts when an upload of so many bytes must be stuck, or with `signal`. */
export function uploadSignal({ timeoutMs, signal }: Patience, sizeBytes: number): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs + Math.ceil(sizeBytes / slowestBytesPerMs));
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ModelParams } from '../config.ts';
import type { FoldData } from './evaluate-fold.ts';
import type { FoldRequest } from './fold-worker.ts';

/** Threads that evaluate folds, each one fold at a time on its own: trials are many, so none needs two. */
export interface FoldPool {
  /**
   * The metric of parameters on a fold (see evaluateFold). At most as many at a time as there are threads.
   * @throws the signal's reason when aborted, and whatever a fit dies of; then the pool can only be closed.
   */
  evaluate(fold: number, params: ModelParams): Promise<number>;
  /** Ends the threads, whatever they are at. Each pool must be closed. */
  close(): Promise<void>;
}

/** @param options.workers threads, ≥ 1. */
export function openFoldPool(
  data: FoldData,
  { workers, signal }: { readonly workers: number; readonly signal?: AbortSignal | undefined },
): FoldPool {
  signal?.throwIfAborted();
  const failure = Promise.withResolvers<never>();
  // A thread may die while nobody waits for it: the next one to ask will hear of it.
  failure.promise.catch(() => {});
  const onAbort = () => failure.reject(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  const threads = Array.from({ length: workers }, () => startThread(data, failure.reject));
  const idle = [...threads];
  return {
    async evaluate(fold, params) {
      const thread = idle.pop();
      if (thread === undefined) throw new Error('More folds at a time than threads.');
      thread.postMessage({ fold, params } satisfies FoldRequest);
      const [figure] = await Promise.race([failure.promise, once(thread, 'message')]);
      idle.push(thread);
      return figure;
    },
    async close() {
      signal?.removeEventListener('abort', onAbort);
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

function startThread(data: FoldData, onFailure: (reason: unknown) => void): Worker {
  // Written out in one expression because bundlers look for just this to take the worker along.
  const thread = new Worker(new URL('./fold-worker.ts', import.meta.url), { workerData: data });
  thread.on('error', onFailure);
  thread.on('exit', (code) => onFailure(new Error(`A thread of the sweep ended early, with code ${code}.`)));
  return thread;
}

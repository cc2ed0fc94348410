import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { createTaskRunner, type ForestJob, type TaskResult } from './forest-jobs.ts';
import type { WorkerMessage } from './tree-worker.ts';

export interface PoolOptions {
  /** Threads, ≥ 1. One means the calling thread, which then breathes between tasks. */
  readonly workers: number;
  readonly signal?: AbortSignal | undefined;
}

/** Threads that stay alive, and warm, from job to job. */
export interface WorkerPool {
  /**
   * Runs the tasks 0 … taskCount − 1 of a job, each on whichever thread is free, and returns their results in order.
   * @param onDone told after each task how many are done.
   * @throws the signal's reason when aborted, and whatever a task or a thread dies of; then the pool can only be closed.
   */
  run<Job extends ForestJob>(
    job: Job,
    taskCount: number,
    onDone?: (done: number) => void,
  ): Promise<TaskResult<Job>[]>;
  /** Gives the threads up, ending those that are at something. Each pool must be closed, and runs nothing from then on. */
  close(): Promise<void>;
}

/** Threads of closed pools: loaded and compiled, they serve the next pool, and keep no process from its end. */
const idleThreads = new Set<Worker>();

/** @throws the signal's reason if it is aborted already. */
export function openWorkerPool({ workers, signal }: PoolOptions): WorkerPool {
  signal?.throwIfAborted();
  return workers <= 1 ? callingThread(signal) : workerThreads(workers, signal);
}

function callingThread(signal: AbortSignal | undefined): WorkerPool {
  return {
    async run(job, taskCount, onDone) {
      const runTask = createTaskRunner(job);
      const results = [];
      for (let task = 0; task < taskCount; task++) {
        results.push(runTask(task));
        onDone?.(task + 1);
        await setImmediate();
        signal?.throwIfAborted();
      }
      return results;
    },
    async close() {},
  };
}

function workerThreads(count: number, signal: AbortSignal | undefined): WorkerPool {
  const failure = Promise.withResolvers<never>();
  // A thread may die while no job waits for it: the next one will hear of it.
  failure.promise.catch(() => {});
  const onAbort = () => failure.reject(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  const threads = Array.from({ length: count }, () => takeThread(failure.reject));
  let isAtWork = false;
  return {
    async run<Job extends ForestJob>(job: Job, taskCount: number, onDone?: (done: number) => void) {
      const results = new Array<TaskResult<Job>>(taskCount);
      const queue = results.keys();
      let done = 0;
      const work = async (thread: Worker) => {
        thread.postMessage({ job } satisfies WorkerMessage);
        for (const task of queue) {
          thread.postMessage({ task } satisfies WorkerMessage);
          [results[task]] = await once(thread, 'message');
          onDone?.(++done);
        }
      };
      isAtWork = true;
      await Promise.race([failure.promise, Promise.all(threads.map(work))]);
      isAtWork = false;
      return results;
    },
    async close() {
      signal?.removeEventListener('abort', onAbort);
      if (isAtWork) await Promise.all(threads.map((thread) => thread.terminate()));
      else for (const thread of threads.splice(0)) leaveIdle(thread);
      failure.reject(new Error('The pool of forest worker threads is closed.'));
    },
  };
}

function takeThread(onFailure: (reason: unknown) => void): Worker {
  const [thread = startThread()] = idleThreads;
  idleThreads.delete(thread);
  thread.removeAllListeners('exit').ref();
  thread.on('error', onFailure);
  thread.on('messageerror', onFailure);
  thread.on('exit', (code) => onFailure(new Error(`A forest worker thread ended early, with code ${code}.`)));
  return thread;
}

/** It forgets the job, whose arrays would stay in memory else. */
function leaveIdle(thread: Worker): void {
  for (const event of ['error', 'messageerror', 'exit']) thread.removeAllListeners(event);
  thread.on('exit', () => idleThreads.delete(thread)).unref();
  thread.postMessage({ job: undefined } satisfies WorkerMessage);
  idleThreads.add(thread);
}

// Written out in one expression because bundlers look for just this to take the worker along.
const startThread = (): Worker => new Worker(new URL('./tree-worker.ts', import.meta.url));

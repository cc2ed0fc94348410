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

/** Runs the tasks first ≤ task < end of a job as {@link WorkerPool.run} does. */
export type RunTasks<Job extends ForestJob> = (
  first: number,
  end: number,
  onDone?: (done: number) => void,
) => Promise<TaskResult<Job>[]>;

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
  /** Makes ready for a job whose tasks come bit by bit; what the threads set up for it stays until the pool is closed. */
  prepare<Job extends ForestJob>(job: Job): RunTasks<Job>;
  /** Gives the threads up, ending those that are at something. Each pool must be closed, and runs nothing from then on. */
  close(): Promise<void>;
}

/** Threads of closed pools: loaded and compiled, they serve the next pool, and keep no process from its end. */
const idleThreads = new Set<Worker>();

/** @throws the signal's reason if it is aborted already. */
export function openWorkerPool({ workers, signal }: PoolOptions): WorkerPool {
  signal?.throwIfAborted();
  const { prepare, close } = workers <= 1 ? callingThread(signal) : workerThreads(workers, signal);
  return { prepare, close, run: async (job, taskCount, onDone) => prepare(job)(0, taskCount, onDone) };
}

type Threads = Omit<WorkerPool, 'run'>;

function callingThread(signal: AbortSignal | undefined): Threads {
  return {
    prepare(job) {
      const runTask = createTaskRunner(job);
      return async (first, end, onDone) => {
        const results = [];
        for (let task = first; task < end; task++) {
          results.push(runTask(task));
          onDone?.(results.length);
          await setImmediate();
          signal?.throwIfAborted();
        }
        return results;
      };
    },
    async close() {},
  };
}

function workerThreads(count: number, signal: AbortSignal | undefined): Threads {
  const failure = Promise.withResolvers<never>();
  // A thread may die while no job waits for it: the next one will hear of it.
  failure.promise.catch(() => {});
  const onAbort = () => failure.reject(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  const threads = Array.from({ length: count }, () => takeThread(failure.reject));
  let jobCount = 0;
  let isAtWork = false;
  return {
    prepare<Job extends ForestJob>(job: Job): RunTasks<Job> {
      for (const thread of threads) send(thread, { job });
      const jobNumber = jobCount++;
      return async (first, end, onDone) => {
        isAtWork = true;
        const running = runOnThreads<Job>(threads, { jobNumber, first, end }, onDone);
        const results = await Promise.race([failure.promise, running]);
        isAtWork = false;
        return results;
      };
    },
    async close() {
      signal?.removeEventListener('abort', onAbort);
      if (isAtWork) await Promise.all(threads.map((thread) => thread.terminate()));
      else for (const thread of threads.splice(0)) leaveIdle(thread);
      failure.reject(new Error('The pool of forest worker threads is closed.'));
    },
  };
}

async function runOnThreads<Job extends ForestJob>(
  threads: readonly Worker[],
  { jobNumber, first, end }: { readonly jobNumber: number; readonly first: number; readonly end: number },
  onDone: ((done: number) => void) | undefined,
): Promise<TaskResult<Job>[]> {
  const results = new Array<TaskResult<Job>>(end - first);
  const queue = results.keys();
  let done = 0;
  const work = async (thread: Worker) => {
    for (const place of queue) {
      send(thread, { jobNumber, task: first + place });
      [results[place]] = await once(thread, 'message');
      onDone?.(++done);
    }
  };
  await Promise.all(threads.map(work));
  return results;
}

const send = (thread: Worker, message: WorkerMessage): void => thread.postMessage(message);

function takeThread(onFailure: (reason: unknown) => void): Worker {
  const [thread = startThread()] = idleThreads;
  idleThreads.delete(thread);
  thread.removeAllListeners('exit').ref();
  thread.on('error', onFailure);
  thread.on('messageerror', onFailure);
  thread.on('exit', (code) => onFailure(new Error(`A forest worker thread ended early, with code ${code}.`)));
  return thread;
}

/** It forgets its jobs, whose arrays would stay in memory else. */
function leaveIdle(thread: Worker): void {
  for (const event of ['error', 'messageerror', 'exit']) thread.removeAllListeners(event);
  thread.on('exit', () => idleThreads.delete(thread)).unref();
  send(thread, 'forget');
  idleThreads.add(thread);
}

// Written out in one expression because bundlers look for just this to take the worker along.
const startThread = (): Worker => new Worker(new URL('./tree-worker.ts', import.meta.url));

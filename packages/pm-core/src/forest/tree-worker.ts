import { parentPort } from 'node:worker_threads';
import { createTaskRunner, type ForestJob, type TaskResult } from './forest-jobs.ts';

/** What a worker thread is told: the job first, none to forget it, then its tasks one by one. Each task is answered by its result. */
export type WorkerMessage = { readonly job: ForestJob | undefined } | { readonly task: number };

/** Entry of a worker thread. */
let runTask: ((task: number) => TaskResult<ForestJob>) | undefined;
parentPort?.on('message', (message: WorkerMessage) => {
  if ('job' in message) runTask = message.job && createTaskRunner(message.job);
  else parentPort?.postMessage(runTask?.(message.task));
});

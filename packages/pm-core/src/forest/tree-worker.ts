import { parentPort } from 'node:worker_threads';
import { createTaskRunner, type ForestJob, type TaskResult } from './forest-jobs.ts';

/**
 * What a worker thread is told: jobs, which it counts from 0; tasks of them one by one, each answered by its result; and to forget
 * all jobs, to count from 0 again.
 */
export type WorkerMessage =
  | { readonly job: ForestJob }
  | { readonly jobNumber: number; readonly task: number }
  | 'forget';

/** Entry of a worker thread. */
let jobs: ((task: number) => TaskResult<ForestJob>)[] = [];
parentPort?.on('message', (message: WorkerMessage) => {
  if (message === 'forget') jobs = [];
  else if ('job' in message) jobs.push(createTaskRunner(message.job));
  else parentPort?.postMessage(jobs[message.jobNumber](message.task));
});

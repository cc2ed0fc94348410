import { parentPort, workerData } from 'node:worker_threads';
import type { ModelParams } from '../config.ts';
import { evaluateFold, type FoldData } from './evaluate-fold.ts';

/** What a worker thread is asked for; it answers with the metric. */
export interface FoldRequest {
  readonly fold: number;
  readonly params: ModelParams;
}

/** Entry of a worker thread, which is given the data as it starts. */
parentPort?.on('message', async ({ fold, params }: FoldRequest) => {
  parentPort?.postMessage(await evaluateFold(workerData as FoldData, fold, params));
});

import { createHash } from 'node:crypto';
import { UserError } from 'pm-core';
import {
  bestTrial,
  measuredParams,
  openFoldPool,
  runSweep,
  sampleByTpe,
  sampleRandomly,
  type Trial,
  type TrialResult,
  trialParams,
} from 'pm-core/tune';
import type { MlflowClient } from '../mlflow/client.ts';
import type { Run } from '../mlflow/run.ts';
import type { PipelineContext } from './base/context.ts';
import { experimentName } from './base/names.ts';
import { inTrackedRun } from './base/tracked-run.ts';
import type { Workbench } from './base/workbench.ts';
import { sweepFolds } from './sweep/sweep-folds.ts';
import { followSweep } from './sweep/sweep-progress.ts';
import { finishedTrials, inTrialRun, logSweep, SWEEP_TAG, unfinishedSweep } from './sweep/sweep-runs.ts';
import type { FinishedTrial } from './sweep/sweep-table.ts';
import { readRows, type TrainingResult, trainOn } from './train.ts';
import type { TrainingData } from './training/training-data.ts';

export interface TuningResult extends TrainingResult {
  readonly evaluations: number;
  /** Evaluations that were given up early. */
  readonly pruned: number;
  /** Evaluations that an interrupted sweep had done. */
  readonly resumed: number;
  readonly best: TrialResult & { readonly number: number };
}

export interface TuningOptions {
  readonly table: string;
  /** Goes on with the newest unfinished sweep of this config and these rows, or with the one of this run id. */
  readonly resume?: boolean | string | undefined;
  /** What a person types to go on with this sweep once it was interrupted. */
  readonly resumeLine: string;
}

/**
 * The story of a sweep: a parent run, a nested run for each evaluation on the validation part or on folds of the training rows, and the
 * best parameters trained as `pm train` would; the parent's run carries that model. Test rows are looked at after that only.
 * @throws UserError `too-few-groups` · `no-sweep` where there is none to resume · what training throws; what was
 * evaluated stays, and the parent ends FAILED, or KILLED where it was interrupted.
 */
export async function tune(
  bench: Workbench,
  client: MlflowClient,
  context: PipelineContext,
  { table, resume, resumeLine }: TuningOptions,
): Promise<TuningResult> {
  const { config } = context;
  const data = await readRows(bench, client, context, { table });
  const digest = sweepDigest(context, data);
  const resumed = resume ? await unfinishedSweep(client, experimentName(context), digest, resume) : undefined;
  const run = { source: 'pm tune', tags: { [SWEEP_TAG]: digest }, resumed };

  return inTrackedRun(client, context, run, async (parent) => {
    await logSweep(client, parent, config.tune);
    const done = resumed === undefined ? new Map() : await finishedTrials(client, context, parent);
    const results = await sweep(client, context, { parent, data, done, resumeLine });
    const best = bestTrial(results);
    if (best === undefined) {
      throw new UserError('no-best', `None of ${results.length} evaluations has a ${config.tune.metric}.`, {
        next: 'Use another tune.metric, or more rows.',
      });
    }
    const model = trialParams(config.model, best.values);
    const tuned = { ...context, config: { ...config, model } };
    const trained = await trainOn({ run: parent, data }, bench, client, tuned).catch((error: unknown) => {
      context.log(`All ${results.length} evaluations are kept; to train the best: ${resumeLine}`);
      throw error;
    });
    const pruned = results.filter(({ isPruned }) => isPruned).length;
    return { ...trained, evaluations: results.length, pruned, resumed: done.size, best };
  });
}

interface Sweep extends Pick<TuningOptions, 'resumeLine'> {
  readonly parent: Run;
  readonly data: TrainingData;
  readonly done: ReadonlyMap<number, FinishedTrial>;
}

/** All evaluations, those of an interrupted sweep among them. */
async function sweep(
  client: MlflowClient,
  context: PipelineContext,
  { parent, data, done, resumeLine }: Sweep,
): Promise<TrialResult[]> {
  const { config, signal, step, log, now } = context;
  const { tune: settings, model } = config;
  const folds = sweepFolds(data, settings);
  const foldCount = folds.folds.length;
  const pool = openFoldPool(folds, { workers: settings.parallel, signal });
  let doneCount = () => done.size;
  try {
    return await step('evaluate parameters', (report) => {
      const known = { settings, folds: foldCount, finished: done };
      const progress = followSweep(known, { nowMs: () => now().getTime(), report });
      doneCount = progress.doneCount;
      const evaluate = (trial: Trial) =>
        inTrialRun(client, context, { parent, trial, metric: settings.metric, folds: foldCount }, (fold) =>
          pool.evaluate(fold, measuredParams(trialParams(model, trial.values), settings.measuredTrees)),
        );
      return runSweep({
        ...{ ...settings, steps: foldCount, done: new Map([...done].map(([k, { result }]) => [k, result])) },
        // Nothing drawn: the workflow file's own parameters, which the others have to surpass.
        first: {},
        sampler: settings.sampler === 'tpe' ? sampleByTpe : sampleRandomly,
        evaluate: (trial) => progress.watch(trial, evaluate),
        onResult: progress.add,
      });
    });
  } catch (error) {
    log(`${doneCount()} of ${settings.evaluations} evaluations are kept; to go on: ${resumeLine}`);
    throw error;
  } finally {
    await pool.close();
  }
}

/** Sweeps of one digest have the same trials; how many, and how many at a time, makes no other sweep. */
function sweepDigest({ config }: PipelineContext, { train, validation }: TrainingData): string {
  const { evaluations: _, parallel: __, ...settings } = config.tune;
  const text = JSON.stringify([settings, config.model, train.digest, validation?.digest]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

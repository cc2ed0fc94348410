import { UserError, type WorkflowConfig } from 'pm-core';
import { type LossMetric, lossOf, type Trial, trialParams } from 'pm-core/tune';
import { logBatch, metricHistory } from '../../mlflow/batches.ts';
import type { MlflowClient } from '../../mlflow/client.ts';
import { findExperiment } from '../../mlflow/experiments.ts';
import { allOf } from '../../mlflow/pages.ts';
import type { Run } from '../../mlflow/run.ts';
import { setTag } from '../../mlflow/run-data.ts';
import { deleteRun, endRun, searchRuns } from '../../mlflow/runs.ts';
import { taggedWith } from '../../mlflow/wire-values.ts';
import type { PipelineContext } from '../base/context.ts';
import { inTrackedRun } from '../base/tracked-run.ts';
import { flattenParams } from '../training/flatten-params.ts';
import type { FinishedTrial } from './sweep-table.ts';

/** Tag of a parent: digest of what its trials follow from. */
export const SWEEP_TAG = 'pm.sweep';
/** Tag of a nested run: its number and values, as JSON. */
const TRIAL_TAG = 'pm.trial';
/** Tag of a nested run that ended: `complete`, or `pruned` where it was given up early. */
const STATUS_TAG = 'pm.trial_status';

/** `validation_roc_auc` and so on: a metric on rows that were not learned from and are no test rows. */
const metricKey = (metric: LossMetric): string => `validation_${metric.replaceAll('-', '_')}`;

/** Tells the parent what is searched; how many evaluations is no param, for a resumed sweep may want more. */
export async function logSweep(
  client: MlflowClient,
  { runId }: Run,
  { evaluations, parallel: _, space, ...settings }: WorkflowConfig['tune'],
): Promise<void> {
  const params = { ...flattenParams('tune', settings), 'tune.space': JSON.stringify(space) };
  await logBatch(
    client,
    runId,
    { params, tags: { 'pm.evaluations': `${evaluations}` } },
    { onCut: () => {} },
  );
}

/**
 * The newest sweep of this digest that did not end well, or the one with this run id.
 * @throws UserError `no-sweep` where there is none.
 */
export async function unfinishedSweep(
  client: MlflowClient,
  experimentName: string,
  digest: string,
  wanted: true | string,
): Promise<Run> {
  const experimentId = await findExperiment(client, experimentName);
  const experimentIds = experimentId === undefined ? [] : [experimentId];
  const filter = taggedWith(SWEEP_TAG, digest);
  if (experimentIds.length > 0) {
    for await (const run of searchRuns(client, { experimentIds, filter })) {
      if (wanted === true ? run.status !== 'FINISHED' : run.runId === wanted) return run;
    }
  }
  const which = wanted === true ? 'No unfinished sweep' : `Run ${wanted} is no sweep`;
  throw new UserError('no-sweep', `${which} of this workflow file and these training rows.`, {
    next: 'Begin one: pm tune',
  });
}

/**
 * What an interrupted sweep had done of the evaluations that are wanted now, by number. Nested runs that did not come to their end are ended and deleted: their
 * trials are evaluated anew, and each has one run.
 */
export async function finishedTrials(
  client: MlflowClient,
  { now, config }: PipelineContext,
  parent: Run,
): Promise<Map<number, FinishedTrial>> {
  const done = new Map<number, FinishedTrial>();
  const filter = taggedWith('mlflow.parentRunId', parent.runId);
  const nested = searchRuns(client, { experimentIds: [parent.experimentId], filter });
  // All of them first: to delete one in the middle would move the pages.
  for (const run of await allOf(nested)) {
    const tag = run.tags[TRIAL_TAG];
    if (tag === undefined) continue;
    const { number, values } = JSON.parse(tag) as Pick<Trial, 'number' | 'values'>;
    if (number >= config.tune.evaluations) continue;
    if (run.status === 'FINISHED' && !done.has(number)) {
      const steps = await readSteps(client, run, config.tune.metric);
      const loss = steps.at(-1) ?? Number.POSITIVE_INFINITY;
      const result = { values, loss, steps, isPruned: run.tags[STATUS_TAG] === 'pruned' };
      done.set(number, { result, seconds: ((run.endTimeMs ?? 0) - (run.startTimeMs ?? 0)) / 1000 });
      continue;
    }
    if (run.status === 'RUNNING') await endRun(client, run.runId, 'KILLED', now().getTime());
    await deleteRun(client, run.runId);
  }
  return done;
}

async function readSteps(client: MlflowClient, { runId }: Run, metric: LossMetric): Promise<number[]> {
  const history = await metricHistory(client, runId, metricKey(metric));
  return history.sort((a, b) => a.step - b.step).map(({ value }) => lossOf(metric, value));
}

/** Evaluates a trial fold by fold as a nested run; the metric after each is the mean over the folds so far. */
export async function inTrialRun(
  client: MlflowClient,
  context: PipelineContext,
  { parent, trial, metric, folds }: { parent: Run; trial: Trial; metric: LossMetric; folds: number },
  evaluateFold: (fold: number) => Promise<number>,
): Promise<void> {
  const { number, values } = trial;
  const { config, now } = context;
  const tags = { [TRIAL_TAG]: JSON.stringify({ number, values }) };
  const runName = `evaluation-${String(number).padStart(3, '0')}`;
  const options = { source: 'pm tune', parentRunId: parent.runId, runName, tags };
  await inTrackedRun(client, context, options, async ({ runId }) => {
    await logBatch(client, runId, { params: flattenParams('model', trialParams(config.model, values)) });
    let sum = 0;
    let isHopeless = false;
    for (let fold = 0; fold < folds && !isHopeless; fold++) {
      sum += await evaluateFold(fold);
      const value = sum / (fold + 1);
      isHopeless = trial.report(lossOf(metric, value));
      const point = { key: metricKey(metric), value, step: fold + 1, timestampMs: now().getTime() };
      await logBatch(client, runId, { metrics: [point] });
    }
    await setTag(client, runId, STATUS_TAG, isHopeless ? 'pruned' : 'complete');
  });
}

import { UserError } from 'pm-core';
import { splitBatch } from '../../mlflow/batches.ts';
import type { MlflowClient } from '../../mlflow/client.ts';
import { logOutputs } from '../../mlflow/run-data.ts';
import { fittingPair, type Pair } from '../../mlflow/value-limits.ts';
import { pairs } from '../../mlflow/wire-values.ts';
import { copyArtifacts } from './copy-artifacts.ts';
import type { Crossing, Place } from './crossing.ts';
import { withoutMarks } from './identity.ts';
import { describeGap, isEmptyGap, type RunGap, runGap, type WholeRun } from './run-gap.ts';
import { orLoss } from './transfer-report.ts';
import type { RunRecord, TransferSource } from './transfer-source.ts';

const parentTag = 'mlflow.parentRunId';

/** Completes a run at the target, reads it back, compares, and ends it as it ended: what has an end has all the rest. */
export async function copyRun(crossing: Crossing, runId: string): Promise<void> {
  const { report, source } = crossing;
  await orLoss(report.losses, `run ${runId}`, async () => {
    const record = await source.run(runId);
    const place = await crossing.runAtTarget(runId);
    if (record === undefined || place === undefined) {
      throw new UserError('unreadable-run', 'the source lists it but cannot show it');
    }
    const run = { ...record, points: await source.points(runId, record.metricKeys) };
    const written = await complete(crossing, run, place);
    report.metricPoints += run.points.length;
    report.runs[place.isNew ? 'created' : written ? 'completed' : 'unchanged']++;
  });
}

/** Whether anything had to be written. */
async function complete(crossing: Crossing, run: WholeRun, place: Place): Promise<boolean> {
  const { target, report, arrived, source } = crossing;
  const name = `run ${run.runId}`;
  const expected = await asAtTarget(crossing, run);
  const before = await wholeRun(arrived, place.id);
  if (before.isDeleted) {
    report.losses.push(`${name}: it was deleted at the target; restore ${place.id} there`);
    return false;
  }
  const gap = runGap(expected, before);
  const refusals = await fill(target, before, gap);
  const folders = { from: source.artifacts(run.artifactUri), to: arrived.artifacts(place.artifactUri) };
  const files = await copyArtifacts(folders.from, folders.to, report);
  const actual = isEmptyGap(gap) ? before : await wholeRun(arrived, place.id);
  const missing = describeGap(runGap(expected, actual));
  if (actual.startTimeMs !== run.startTimeMs) missing.push('it has another start at the target');
  // A refusal whose subject stands there after all was the answer to a call that was sent twice.
  if (missing.length > 0) report.losses.push(...[...refusals, ...missing].map((loss) => `${name}: ${loss}`));
  const ended = await endAlike(target, actual, run);
  return ended || files > 0 || !isEmptyGap(gap);
}

/** The run as it should stand at the target: the ids of others are theirs there. */
async function asAtTarget(crossing: Crossing, run: WholeRun): Promise<WholeRun> {
  const inputModelIds: string[] = [];
  for (const id of run.inputModelIds) {
    const model = await crossing.modelAtTarget(id);
    if (model !== undefined) inputModelIds.push(model.id);
  }
  const outputModels: { modelId: string; step: number | string }[] = [];
  for (const { modelId, step } of run.outputModels) {
    const model = await crossing.modelAtTarget(modelId);
    if (model !== undefined) outputModels.push({ modelId: model.id, step });
  }
  const parent = run.tags[parentTag];
  const tags = {
    ...withoutMarks(run.tags),
    ...(run.runName !== '' && { 'mlflow.runName': run.runName }),
    // A parent that does not cross is named all the same: it may come later, or stand elsewhere.
    ...(parent !== undefined && { [parentTag]: (await crossing.runAtTarget(parent))?.id ?? parent }),
  };
  return {
    ...run,
    tags,
    // Links to models that do not cross are those models' loss.
    inputModelIds,
    outputModels,
  };
}

async function wholeRun(side: TransferSource, runId: string): Promise<WholeRun> {
  const run = (await side.run(runId))!;
  return { ...run, points: await side.points(runId, run.metricKeys) };
}

/** Writes what is missing; returns what was refused. Params that stand there with another value are for good. */
async function fill(target: MlflowClient, actual: RunRecord, gap: RunGap): Promise<string[]> {
  const { runId } = actual;
  const refusals: string[] = [];
  const params = pairs(gap.params).filter((pair) => !(pair.key in actual.params) && fits('param', pair));
  const tags = pairs(gap.tags).filter((pair) => fits('tag', pair));
  await orLoss(refusals, 'inputs', () => logInputs(target, runId, gap));
  if (gap.outputModels.length > 0) {
    const models = gap.outputModels.map(({ modelId, step }) => ({ modelId, step: Number(step) }));
    await orLoss(refusals, 'outputs', () => logOutputs(target, runId, models));
  }
  for (const batch of splitBatch({ params, tags, metrics: [...gap.points] })) {
    await orLoss(refusals, 'a batch', async () => {
      await target.api.POST('/api/2.0/mlflow/runs/log-batch', { body: { run_id: runId, ...batch } });
    });
  }
  return refusals;
}

/** Whether a target would keep it whole: what it cut would be no copy. */
function fits(kind: 'param' | 'tag', pair: Pair): boolean {
  return fittingPair(kind, pair, () => {}).value === pair.value;
}

async function logInputs(target: MlflowClient, runId: string, gap: RunGap): Promise<void> {
  const datasets = gap.datasets.map(({ dataset, tags }) => ({ dataset, tags: pairs(tags) }));
  const models = gap.inputModelIds.map((model_id) => ({ model_id }));
  if (datasets.length + models.length === 0) return;
  await target.api.POST('/api/2.0/mlflow/runs/log-inputs', { body: { run_id: runId, datasets, models } });
}

async function endAlike(target: MlflowClient, actual: RunRecord, run: RunRecord): Promise<boolean> {
  const { status, endTimeMs } = run;
  if (actual.status === status && actual.endTimeMs === endTimeMs) return false;
  const end = endTimeMs === undefined ? {} : { end_time: endTimeMs };
  await target.api.POST('/api/2.0/mlflow/runs/update', { body: { run_id: actual.runId, status, ...end } });
  return true;
}

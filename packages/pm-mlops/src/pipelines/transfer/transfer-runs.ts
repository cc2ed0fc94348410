import { UserError } from 'pm-core';
import type { MlflowClient } from '../../mlflow/client.ts';
import { experimentIdByName } from '../../mlflow/experiments.ts';
import { copyLoggedModel } from './copy-logged-model.ts';
import { copyRegistry } from './copy-registry.ts';
import { copyRun } from './copy-run.ts';
import { type Crossing, openCrossing } from './crossing.ts';
import { pairsMissing } from './run-gap.ts';
import { emptyReport, type TransferReport } from './transfer-report.ts';
import type { ExperimentRecord, TransferSource } from './transfer-source.ts';

export interface TransferOptions {
  readonly source: TransferSource;
  readonly target: MlflowClient;
  /** Names of the experiments that cross; all that are not deleted, if undefined. */
  readonly experiments?: readonly string[] | undefined;
  /** What is registered from their runs as well; with all experiments, every registered model. */
  readonly models?: boolean;
  /** Stages and aliases of those versions too: who holds them at the target loses them. */
  readonly stages?: boolean;
  /** Told how many of how many runs are done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Carries experiments with their runs, logged models and files to another store, and compares what arrived.
 *
 * A run is recognised by the id that it was born with, so that a transfer may be broken off anywhere and done again, or
 * done twice: what stands at the target is completed, not doubled. Two transfers of the same runs must not go on at the
 * same time, for MLflow's servers have no way to claim an id.
 * @throws UserError `no-such-experiment`; whatever ends a connection for good. What does not arrive is in `losses`.
 */
export async function transferRuns(options: TransferOptions): Promise<TransferReport> {
  const { source, target, signal } = options;
  const chosen = await choose(source, options.experiments);
  const report = emptyReport(chosen.length);
  const experiments = new Map<string, string>();
  for (const experiment of chosen) {
    experiments.set(experiment.experimentId, await copyExperiment(target, experiment));
  }
  const crossing = await openCrossing({ source, target, report, experiments });
  const models = await announceModels(crossing);
  await copyRuns(crossing, options);
  for (const model of models) {
    signal?.throwIfAborted();
    await copyLoggedModel(crossing, model);
  }
  const { models: withModels = false, stages = false } = options;
  if (withModels || stages) await copyRegistry(crossing, { all: options.experiments === undefined, stages });
  return report;
}

async function choose(
  source: TransferSource,
  names: readonly string[] | undefined,
): Promise<ExperimentRecord[]> {
  const known = await source.experiments();
  if (names === undefined) return known;
  const missing = names.find((name) => !known.some((experiment) => experiment.name === name));
  if (missing === undefined) return known.filter(({ name }) => names.includes(name));
  const list = known.map(({ name }) => name).join(', ');
  throw new UserError(
    'no-such-experiment',
    `There is no experiment ${missing} in ${source.location}; it has ${list || 'none'}.`,
    { next: 'Name another with --experiment, or take --all.' },
  );
}

async function copyExperiment(target: MlflowClient, { name, tags }: ExperimentRecord): Promise<string> {
  const experiment_id = await experimentIdByName(target, name);
  const params = { query: { experiment_id } };
  const { data } = await target.api.GET('/api/2.0/mlflow/experiments/get', { params });
  const there = Object.fromEntries(
    (data?.experiment?.tags ?? []).map(({ key, value }) => [key, value ?? '']),
  );
  for (const [key, value] of Object.entries(pairsMissing(tags, there as Record<string, string>))) {
    await target.api.POST('/api/2.0/mlflow/experiments/set-experiment-tag', {
      body: { experiment_id, key, value },
    });
  }
  return experiment_id;
}

async function announceModels(crossing: Crossing) {
  const models = [];
  for (const experimentId of crossing.experiments.keys()) {
    for (const model of await crossing.source.loggedModels(experimentId)) {
      crossing.knowModel(model, experimentId);
      models.push(model);
    }
  }
  return models;
}

async function copyRuns(crossing: Crossing, { onProgress, signal }: TransferOptions): Promise<void> {
  const runs = [];
  for (const experimentId of crossing.experiments.keys())
    runs.push(...(await crossing.source.runs(experimentId)));
  const active = runs.filter(({ isDeleted }) => !isDeleted);
  crossing.report.deletedRuns = runs.length - active.length;
  for (const [done, { runId }] of active.entries()) {
    signal?.throwIfAborted();
    await copyRun(crossing, runId);
    onProgress?.(done + 1, active.length);
  }
}

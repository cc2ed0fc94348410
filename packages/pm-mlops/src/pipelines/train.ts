import { type Evaluation, evaluationMetrics } from 'pm-core/metrics';
import { exportOnnx } from 'pm-core/onnx';
import { certifyParity, summarizeFeatures } from 'pm-core/score';
import type { MlflowClient } from '../mlflow/client.ts';
import { experimentIdByName } from '../mlflow/experiments.ts';
import type { ModelVersion } from '../mlflow/model-version.ts';
import type { Run } from '../mlflow/run.ts';
import type { PipelineContext } from './base/context.ts';
import { experimentName } from './base/names.ts';
import { inTrackedRun } from './base/tracked-run.ts';
import type { Workbench } from './base/workbench.ts';
import { trainingReport } from './evaluation-report.ts';
import { predictBothWays, uncalibratedMetrics } from './training/calibrate-model.ts';
import { costMetrics } from './training/cost-figures.ts';
import { evaluateRows } from './training/evaluate-rows.ts';
import { fitCalibrated } from './training/fit-calibrated.ts';
import { fitMetrics } from './training/fit-model.ts';
import { type EvaluationFiles, logEvaluation } from './training/training-artifacts.ts';
import type { LabeledRows, TrainingData } from './training/training-data.ts';
import { logTrainingRecord, recordTraining } from './training/training-record.ts';
import { logMetrics, logTrainingInputs } from './training/training-run.ts';
import { importancesOf } from './training/training-steps.ts';
import { describeModel, type TrainedModel } from './versions/model-content.ts';
import { moveBy } from './versions/move-by.ts';
import { logModel, registerToStaging } from './versions/publish-model.ts';
import { workflowOf } from './workflow-of.ts';

export interface TrainingResult {
  readonly trackingRunId: string;
  readonly modelName: string;
  readonly modelVersion: string;
  readonly split: TrainingData['split'];
  readonly failuresByComponent: Readonly<Record<string, number>>;
  readonly evaluation: Evaluation;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * The story of a training: labels, split, leak probe, fit, calibrate, evaluate, export, certify, log, register. It ends with a new
 * version in Staging. `table` is the feature table to train on.
 * @throws UserError what each step throws; the run then ends FAILED and nothing was moved to Staging.
 */
export async function train(
  bench: Workbench,
  client: MlflowClient,
  context: PipelineContext,
  { table }: { table: string },
): Promise<TrainingResult> {
  const data = await readRows(bench, client, context, { table });
  return inTrackedRun(client, context, { source: 'pm train' }, (run) =>
    trainOn({ run, data }, bench, client, context),
  );
}

/** Labels the rows of a feature table and reads them in parts. */
export async function readRows(
  bench: Workbench,
  client: MlflowClient,
  context: PipelineContext,
  { table }: { table: string },
): Promise<TrainingData> {
  const { step } = context;
  const workflow = workflowOf(context);
  // A server that cannot be reached is told before the work, not after it.
  await experimentIdByName(client, experimentName(context));
  await step('label the rows', () => workflow.labelRows(bench, table));
  return step('read train and test rows', () => workflow.readTrainingData(bench, table));
}

/** From the rows on, as `run` of the tracking: leak probe to Staging, with the parameters of the context's config. */
export async function trainOn(
  { run, data }: { run: Run; data: TrainingData },
  bench: Workbench,
  client: MlflowClient,
  context: PipelineContext,
): Promise<TrainingResult> {
  const { config, step } = context;
  const workflow = workflowOf(context);
  await logTrainingInputs(client, run.runId, data, { config, lakeDirectory: context.lakeDirectory });
  const leaks = await workflow.probeForLeaks(bench);
  const { fitted, outOfFold } = await fitCalibrated(run, data, client, context);
  const { ensemble } = fitted;

  const { predictions, uncalibrated } = await step('score the test rows', () =>
    predictBothWays(fitted, data.test),
  );
  const evaluation = evaluateRows(data.test, predictions);
  const before = uncalibrated && evaluateRows(data.test, uncalibrated);
  const strict = await workflow.evaluateStrictly(data, outOfFold);
  const costs = await workflow.weighCosts(bench, data, { outOfFold, predictions });
  const importances = await step('rank the features', (onProgress) =>
    importancesOf(fitted, data.test, context, onProgress),
  );

  const model = exportOnnx(ensemble);
  const parity = await step('certify the ONNX model', () =>
    certifyParity(ensemble, model, { sample: data.test.matrix, seed: config.model.seed }),
  );
  const trainingFeatures = summarizeFeatures(data.train.matrix);
  const judged = { data, trainingFeatures, evaluation, costs, importances, parity };
  const report = await step('draw the report', () =>
    trainingReport(bench, config, { ...judged, run, predictions, before, strict }),
  );
  const metrics = {
    ...evaluationMetrics(evaluation, 'test_'),
    ...uncalibratedMetrics(before),
    ...strict,
    ...costMetrics(costs),
    ...failureMetrics(data.test),
    ...fitMetrics(fitted),
    ...leaks,
  };
  const version = await step('log and register', () =>
    publish(run, { ...judged, ensemble, model, report, metrics }, bench, client, context),
  );
  return {
    trackingRunId: run.runId,
    modelName: version.modelName,
    modelVersion: version.version,
    split: data.split,
    failuresByComponent: data.test.failuresByComponent,
    evaluation,
    metrics,
  };
}

/** Logs the model, with what is known of it, and registers it. */
async function publish(
  run: Run,
  trained: TrainedModel & EvaluationFiles,
  bench: Workbench,
  client: MlflowClient,
  context: PipelineContext,
): Promise<ModelVersion> {
  const { data, metrics } = trained;
  const publication = await describeModel(context, trained);
  await logEvaluation(client, run, trained);
  const logged = await logModel(client, run, publication, context.now());
  const { digest, place } = logged;
  const record = await recordTraining(bench, { config: context.config, run, data, digest });
  await logTrainingRecord(client, run, record);
  const timestampMs = context.now().getTime();
  await logMetrics(client, run.runId, metrics, { timestampMs, modelId: place.modelId });
  return registerToStaging(client, logged, publication, {
    ...moveBy(context, 'train'),
    why: 'trained; the smoke check passed',
    evidence: `runs:/${run.runId}`,
  });
}

const failureMetrics = ({ failuresByComponent }: LabeledRows): Record<string, number> =>
  Object.fromEntries(
    Object.entries(failuresByComponent).map(([name, count]) => [`test_failures_${name}`, count]),
  );

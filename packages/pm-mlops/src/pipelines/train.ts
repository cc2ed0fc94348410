import { type Evaluation, evaluationMetrics } from 'pm-core/metrics';
import { exportOnnx } from 'pm-core/onnx';
import { certifyParity, summarizeFeatures } from 'pm-core/score';
import type { MlflowClient } from '../mlflow/client.ts';
import { experimentIdByName } from '../mlflow/experiments.ts';
import type { Run } from '../mlflow/run.ts';
import { setTag } from '../mlflow/run-data.ts';
import type { PipelineContext } from './base/context.ts';
import { experimentName } from './base/names.ts';
import { inTrackedRun } from './base/tracked-run.ts';
import type { Workbench } from './base/workbench.ts';
import { trainingReport } from './evaluation-report.ts';
import { calibrateModel, predictBothWays, uncalibratedMetrics } from './training/calibrate-model.ts';
import { costMetrics } from './training/cost-figures.ts';
import { evaluateRows } from './training/evaluate-rows.ts';
import { fit, fitMetrics, validationHistory } from './training/fit-model.ts';
import { logEvaluation } from './training/training-artifacts.ts';
import type { LabeledRows, TrainingData } from './training/training-data.ts';
import { logTrainingRecord, recordTraining } from './training/training-record.ts';
import { logHistory, logMetrics, logTrainingInputs } from './training/training-run.ts';
import { importancesOf } from './training/training-steps.ts';
import { describeModel } from './versions/model-content.ts';
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
  const raw = await step(`fit the ${config.model.algorithm}`, (onProgress) =>
    fit(data.train, context, { validation: data.validation, onProgress }),
  );
  const history = { key: 'validation_log_loss', values: validationHistory(raw) };
  await logHistory(client, run.runId, { ...history, timestampMs: context.now().getTime() });
  const {
    fitted: forest,
    method,
    outOfFold,
  } = await step('calibrate the probabilities', (onProgress) =>
    calibrateModel(raw, data, context, onProgress),
  );
  await setTag(client, run.runId, 'pm.calibration', method);
  const { predictions, uncalibrated } = await step('score the test rows', () =>
    predictBothWays(forest, data.test),
  );
  const evaluation = evaluateRows(data.test, predictions);
  const before = uncalibrated && evaluateRows(data.test, uncalibrated);
  const strict = await workflow.evaluateStrictly(data, outOfFold);
  const costs = await workflow.weighCosts(bench, data, { outOfFold, predictions });
  const importances = await step('rank the features', (onProgress) =>
    importancesOf(forest, data.test, context, onProgress),
  );

  const model = exportOnnx(forest.ensemble);
  const parity = await step('certify the ONNX model', () =>
    certifyParity(forest.ensemble, model, { sample: data.test.matrix, seed: config.model.seed }),
  );
  const trainingFeatures = summarizeFeatures(data.train.matrix);
  const report = await step('draw the report', () =>
    trainingReport(bench, config, {
      run,
      data,
      trainingFeatures,
      predictions,
      evaluation,
      before,
      strict,
      costs,
      importances,
      parity,
    }),
  );
  const metrics = {
    ...evaluationMetrics(evaluation, 'test_'),
    ...uncalibratedMetrics(before),
    ...strict,
    ...costMetrics(costs),
    ...failureMetrics(data.test),
    ...fitMetrics(forest),
    ...leaks,
  };

  const version = await step('log and register', async () => {
    const publication = await describeModel(context, {
      data,
      trainingFeatures,
      ensemble: forest.ensemble,
      model,
      parity,
      metrics,
      costs,
    });
    await logEvaluation(client, run, { evaluation, costs, importances, parity, report });
    const logged = await logModel(client, run, publication, context.now());
    await logTrainingRecord(
      client,
      run,
      await recordTraining(bench, { config, run, data, digest: logged.digest }),
    );
    const timestampMs = context.now().getTime();
    await logMetrics(client, run.runId, metrics, { timestampMs, modelId: logged.place.modelId });
    return registerToStaging(client, logged, publication, {
      ...moveBy(context, 'train'),
      why: 'trained; the smoke check passed',
      evidence: `runs:/${run.runId}`,
    });
  });
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

const failureMetrics = ({ failuresByComponent }: LabeledRows): Record<string, number> =>
  Object.fromEntries(
    Object.entries(failuresByComponent).map(([name, count]) => [`test_failures_${name}`, count]),
  );

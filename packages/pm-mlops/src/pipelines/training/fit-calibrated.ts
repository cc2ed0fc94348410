import type { MlflowClient } from '../../mlflow/client.ts';
import type { Run } from '../../mlflow/run.ts';
import { setTag } from '../../mlflow/run-data.ts';
import type { PipelineContext } from '../base/context.ts';
import { type CalibratedModel, calibrateModel } from './calibrate-model.ts';
import { fit, validationHistory } from './fit-model.ts';
import type { TrainingData } from './training-data.ts';
import { logHistory } from './training-run.ts';

/**
 * Fits a model to the training rows and gives it its curves. The run keeps the validation loss of each round, and what curves they
 * are (tag `pm.calibration`).
 */
export async function fitCalibrated(
  { runId }: Run,
  data: TrainingData,
  client: MlflowClient,
  context: PipelineContext,
): Promise<CalibratedModel> {
  const { config, step } = context;
  const raw = await step(`fit the ${config.model.algorithm}`, (onProgress) =>
    fit(data.train, context, { validation: data.validation, onProgress }),
  );
  const history = { key: 'validation_log_loss', values: validationHistory(raw) };
  await logHistory(client, runId, { ...history, timestampMs: context.now().getTime() });
  const calibrated = await step('calibrate the probabilities', (onProgress) =>
    calibrateModel(raw, data, context, onProgress),
  );
  await setTag(client, runId, 'pm.calibration', calibrated.method);
  return calibrated;
}

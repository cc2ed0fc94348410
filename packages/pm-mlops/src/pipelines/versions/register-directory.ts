import { UserError } from 'pm-core';
import type { MlflowClient } from '../../mlflow/client.ts';
import { logModelDirectory } from '../../mlflow/log-model.ts';
import { digestModelPackage, readModelPackage, smokeCheck } from '../../mlflow/model-package/index.ts';
import type { ModelVersion } from '../../mlflow/model-version.ts';
import type { PipelineContext } from '../base/context.ts';
import { registeredModelName } from '../base/names.ts';
import { inTrackedRun } from '../base/tracked-run.ts';
import { moveBy } from './move-by.ts';
import { registerToStaging } from './publish-model.ts';

/**
 * Registers an MLflow model directory as a new version of the workflow's model, in Staging, from a run of its own.
 * @throws UserError `unregistrable-model` for a package that was not written by us, `smoke-check-failed`, and what
 * readModelPackage throws.
 */
export async function registerDirectory(
  client: MlflowClient,
  context: PipelineContext,
  directory: string,
): Promise<ModelVersion> {
  const modelName = registeredModelName(context);
  const { facts } = await readModelPackage(directory);
  if (facts === undefined) {
    throw new UserError(
      'unregistrable-model',
      `${directory} has no training facts: it was not written by pm train.`,
    );
  }
  await smokeCheck(directory);
  const { model: digest } = await digestModelPackage(directory);
  return inTrackedRun(client, context, { source: 'pm models register' }, async (run) => {
    const place = await logModelDirectory(client, run, { name: context.config.name }, async () => directory);
    const publication = {
      modelName,
      description: `Registered from a directory; trained until ${facts.trainingInterval?.to ?? 'an unknown time'}.`,
      tags: {
        ...(facts.predictionWindowHours !== null && {
          'pm.prediction_window_hours': String(facts.predictionWindowHours),
        }),
        'pm.parity_certificate': JSON.stringify(facts.parity),
      },
    };
    return registerToStaging(client, { place, digest }, publication, {
      ...moveBy(context, 'register'),
      why: 'registered from a directory; the smoke check passed',
      evidence: `runs:/${run.runId}`,
    });
  });
}

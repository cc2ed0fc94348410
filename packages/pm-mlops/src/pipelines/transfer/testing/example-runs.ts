import { openArtifacts } from '../../../mlflow/artifacts.ts';
import { logBatch } from '../../../mlflow/batches.ts';
import type { MlflowClient } from '../../../mlflow/client.ts';
import { experimentIdByName } from '../../../mlflow/experiments.ts';
import { createLoggedModel, finalizeLoggedModel } from '../../../mlflow/logged-models.ts';
import { createModelVersion } from '../../../mlflow/model-versions.ts';
import { ensureRegisteredModel, setRegisteredModelTag } from '../../../mlflow/registered-models.ts';
import { logInputs, logOutputs } from '../../../mlflow/run-data.ts';
import { createRun, endRun } from '../../../mlflow/runs.ts';
import { moveToStage } from '../../../mlflow/stages.ts';

/** A run with a child, a dataset, a logged model, files, and a version of that model in Production: one of everything, small. */
export async function logSmallExample(client: MlflowClient, experiment = 'fleet'): Promise<void> {
  const experimentId = await experimentIdByName(client, experiment);
  const body = { experiment_id: experimentId, key: 'plant', value: 'Łódź' };
  await client.api.POST('/api/2.0/mlflow/experiments/set-experiment-tag', { body });
  const parent = await createRun(client, {
    experimentId,
    runName: 'parent',
    startTimeMs: 1000,
    userName: 'ada',
  });
  const child = { experimentId, runName: 'child', startTimeMs: 2000, parentRunId: parent.runId };
  const { runId } = await createRun(client, child);
  await logBatch(client, runId, {
    params: { 'model.trees': '200', note: 'two\nlines' },
    tags: { 'mlflow.note.content': '# ünïcode' },
    metrics: [0.5, Number.NaN, Number.POSITIVE_INFINITY, -0.25].map((value, step) => ({
      key: 'loss/train',
      value,
      step,
      timestampMs: 3000 + step,
    })),
  });
  const dataset = { name: 'telemetry', digest: 'abc123', sourceType: 'local', source: '{"uri":"a.csv"}' };
  const more = { context: 'training', schema: '{"mlflow_colspec":[]}', profile: '{"num_rows":3}' };
  await logInputs(client, runId, { datasets: [{ ...dataset, ...more }] });
  await logModelOf(client, experimentId, runId);
  const artifacts = openArtifacts(client, parent.artifactUri);
  await artifacts.write('reports/deep/summary.txt', new Blob(['all well\n']));
  await artifacts.write('empty.bin', new Blob([]));
  await endRun(client, runId, 'FAILED', 5000);
  await endRun(client, parent.runId, 'FINISHED', 6000);
}

async function logModelOf(client: MlflowClient, experimentId: string, runId: string): Promise<void> {
  const model = await createLoggedModel(client, {
    experimentId,
    name: 'bearing',
    sourceRunId: runId,
    modelType: 'classifier',
    params: { depth: '15' },
    tags: { origin: 'test' },
  });
  await openArtifacts(client, model.artifactUri).write('MLmodel', new Blob(['flavors: {}\n']));
  await finalizeLoggedModel(client, model.modelId);
  await logOutputs(client, runId, [{ modelId: model.modelId, step: 3 }]);
  await logBatch(client, runId, {
    metrics: [
      {
        key: 'test_auc',
        value: 0.875,
        step: 0,
        timestampMs: 4000,
        modelId: model.modelId,
        dataset: { name: 'telemetry', digest: 'abc123' },
      },
    ],
  });
  await ensureRegisteredModel(client, 'bearing', 'finds failing bearings');
  await setRegisteredModelTag(client, 'bearing', 'owner', 'reliability');
  const { version } = await createModelVersion(client, {
    modelName: 'bearing',
    source: `models:/${model.modelId}`,
    modelId: model.modelId,
    runId,
    description: 'the first',
    tags: { gate: 'passed' },
  });
  await moveToStage(client, 'bearing', version, 'Production', {
    action: 'promote',
    by: 'ada',
    at: new Date(1_700_000_000_000),
    why: 'the smoke check passed',
  });
}

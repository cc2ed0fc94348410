import { pythonFor } from 'pm-core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getModelVersion, getRun, openArtifacts, type Tracking } from '../mlflow/index.ts';
import { MLFLOW_2_22, type MlflowServer, startMlflowServer } from '../testing/mlflow-server.ts';
import { createPmWorkspace, type PmWorkspace, type Training, trainAndPromote } from './pm-workspace.ts';

const NAME = 'predictive-maintenance';

describe.skipIf(pythonFor(MLFLOW_2_22) === undefined)('the whole line on MLflow 2.22 (needs Python)', () => {
  let server: MlflowServer;
  let workspace: PmWorkspace;
  let tracking: Tracking;
  let training: Training;
  beforeAll(async () => {
    server = await startMlflowServer({ requirements: MLFLOW_2_22 });
    workspace = createPmWorkspace({ trackingUri: server.baseUrl });
    training = await trainAndPromote(workspace);
    tracking = await workspace.openTracking();
  });
  afterAll(async () => {
    await tracking?.close();
    workspace?.remove();
    await server?.close();
  });

  test('the model lies among the artifacts of its run, which lists it', async () => {
    const run = await getRun(tracking.client, training.trackingRunId);
    const files = await openArtifacts(tracking.client, `${run.artifactUri}/model`).list();
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(['MLmodel', 'model.onnx']));
    const history: unknown = JSON.parse(run.tags['mlflow.log-model.history']!);
    expect(history).toMatchObject([{ artifact_path: 'model', run_id: run.runId }]);
    expect(run.status).toBe('FINISHED');
  });

  test('its version is registered from there and stands in Production', async () => {
    const { client } = tracking;
    const { artifactUri } = await getRun(client, training.trackingRunId);
    expect(await getModelVersion(client, NAME, training.modelVersion)).toMatchObject({
      source: `${artifactUri}/model`,
      runId: training.trackingRunId,
      stage: 'Production',
    });
  });

  test('it scores, and is downloaded and registered again', async () => {
    const scored = await workspace.run(['score']);
    expect(scored).toMatchObject({ modelVersion: training.modelVersion });
    await workspace.run(['models', 'download', `models:/${NAME}/Production`, '--output', 'model']);
    const again = await workspace.run(['models', 'register', 'model']);
    expect(again).toMatchObject({ version: '2', stage: 'Staging' });
  });
});

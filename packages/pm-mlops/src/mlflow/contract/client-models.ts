import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openArtifacts } from '../artifacts.ts';
import type { MlflowClient } from '../client.ts';
import { logModelDirectory } from '../log-model.ts';
import { getLoggedModel, setLoggedModelTags } from '../logged-models.ts';
import { createModelVersion, modelVersionArtifactUri } from '../model-versions.ts';
import { ensureRegisteredModel } from '../registered-models.ts';
import { getRun } from '../runs.ts';
import { readArtifact } from '../transfer.ts';
import { startRun, unique } from './client-runs.ts';
import type { Expectations } from './differences.ts';

const mlModel =
  "flavors:\n  python_function: {loader_module: mlflow.onnx}\nutc_time_created: '2026-01-02 03:04:05.000000'\n";

/** Declares the tests of logging and registering models: as models of their own, or among a run's artifacts. */
export function describeClientModels(open: () => MlflowClient, { expected }: Expectations): void {
  const areLogged = expected('loggedModels') === 'yes';

  describe('the model of a run', () => {
    let directory: string;
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'model-'));
      writeFileSync(join(directory, 'MLmodel'), mlModel);
    });
    afterEach(() => rmSync(directory, { recursive: true }));

    test('is logged where its run shows it, and registered from there with its files', async () => {
      const client = open();
      const run = await startRun(client);
      const model = { name: unique('model'), modelType: 'classifier' };
      const place = await logModelDirectory(client, run, model, async () => directory);
      const { outputModelIds, tags } = await getRun(client, run.runId);
      expect(outputModelIds).toEqual(place.modelId === undefined ? [] : [place.modelId]);
      expect('mlflow.log-model.history' in tags).toBe(!areLogged);

      await ensureRegisteredModel(client, model.name);
      const { version } = await createModelVersion(client, { ...place, modelName: model.name });
      const uri = await modelVersionArtifactUri(client, model.name, version);
      expect(uri).toBe(place.artifactUri);
      expect(`${await readArtifact(openArtifacts(client, place.artifactUri), 'MLmodel')}`).toBe(mlModel);
    });

    test.runIf(areLogged)('is a logged model, ready once its files are there, and takes tags', async () => {
      const client = open();
      const run = await startRun(client);
      const { modelId } = await logModelDirectory(client, run, { name: 'model' }, async (place) => {
        expect((await getLoggedModel(client, place.modelId!)).isReady).toBe(false);
        return directory;
      });
      await setLoggedModelTags(client, modelId!, { checked: 'yes' });
      expect(await getLoggedModel(client, modelId!)).toMatchObject({
        isReady: true,
        sourceRunId: run.runId,
        tags: { checked: 'yes' },
      });
    });

    test.runIf(areLogged)('is marked as failed where its files could not be made', async () => {
      const client = open();
      let modelId = '';
      const logged = logModelDirectory(client, await startRun(client), { name: 'model' }, async (place) => {
        modelId = place.modelId!;
        throw new Error('the disk is full');
      });
      await expect(logged).rejects.toThrow('the disk is full');
      const params = { path: { model_id: modelId } };
      const { data } = await client.api.GET('/api/2.0/mlflow/logged-models/{model_id}', { params });
      expect(data!.model!.info!.status).toBe('LOGGED_MODEL_UPLOAD_FAILED');
    });

    test.runIf(!areLogged)('stands in the history that the UI reads', async () => {
      const client = open();
      const run = await startRun(client);
      await logModelDirectory(client, run, { name: 'model' }, async () => directory);
      const { tags } = await getRun(client, run.runId);
      expect(JSON.parse(tags['mlflow.log-model.history']!)).toMatchObject([
        {
          artifact_path: 'model',
          run_id: run.runId,
          flavors: { python_function: { loader_module: 'mlflow.onnx' } },
        },
      ]);
    });
  });
}

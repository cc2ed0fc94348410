import { describe, expect, test } from 'vitest';
import { createMlflowClient, type MlflowClient } from '../client.ts';
import { experimentIdByName } from '../experiments.ts';
import { createLoggedModel } from '../logged-models.ts';
import { createModelVersion, modelVersions } from '../model-versions.ts';
import { ensureRegisteredModel } from '../registered-models.ts';
import { createRun, searchRuns } from '../runs.ts';
import { startRun, unique } from './client-runs.ts';
import type { Expectations } from './differences.ts';
import { authorizedFetch, type Backend } from './wire.ts';

/** A client for which every second creation is done and its answer then lost. */
function forgetfulClient(backend: Backend): MlflowClient {
  const fetch = authorizedFetch(backend);
  let creations = 0;
  const forgetful: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const response = await fetch(request);
    const isCreation =
      request.method === 'POST' && /\/create$|\/logged-models$/.test(new URL(request.url).pathname);
    if (!isCreation || creations++ % 2 === 1) return response;
    await response.text();
    throw new TypeError('fetch failed', { cause: new Error('other side closed') });
  };
  return createMlflowClient({ trackingUri: backend.baseUrl, fetch: forgetful, sleep: async () => {} });
}

/** Declares that a lost answer leaves nothing twice. */
export function describeLostAnswers(open: () => Backend, { expected }: Expectations): void {
  describe('creations of which every second answer is lost', () => {
    test('make as many runs as were asked for, each returned once', async () => {
      const client = forgetfulClient(open());
      const experimentId = await experimentIdByName(client, unique('lost'));
      const made: string[] = [];
      for (let n = 0; n < 20; n++)
        made.push((await createRun(client, { experimentId, startTimeMs: n + 1 })).runId);
      const there: string[] = [];
      for await (const run of searchRuns(client, { experimentIds: [experimentId] })) there.push(run.runId);
      expect(there.sort()).toEqual(made.sort());
      expect(new Set(made).size).toBe(20);
    });

    test('make as many model versions as were asked for', async () => {
      const client = forgetfulClient(open());
      const modelName = unique('lost');
      await ensureRegisteredModel(client, modelName);
      const run = await startRun(client);
      const made: string[] = [];
      for (let n = 0; n < 6; n++) {
        const created = await createModelVersion(client, {
          modelName,
          source: `${run.artifactUri}/model`,
          runId: run.runId,
        });
        made.push(created.version);
      }
      expect(made).toEqual(['1', '2', '3', '4', '5', '6']);
      expect(await modelVersions(client, modelName)).toHaveLength(6);
    });

    test.runIf(expected('loggedModels') === 'yes')(
      'make as many logged models as were asked for',
      async () => {
        const client = forgetfulClient(open());
        const run = await startRun(client);
        const model = { experimentId: run.experimentId, name: 'model', sourceRunId: run.runId };
        const modelIds = new Set<string>();
        for (let n = 0; n < 6; n++) modelIds.add((await createLoggedModel(client, model)).modelId);
        const body = { experiment_ids: [run.experimentId] };
        const { data } = await client.api.POST('/api/2.0/mlflow/logged-models/search', { body });
        expect(new Set(data!.models!.map((model) => model.info!.model_id))).toEqual(modelIds);
        expect(modelIds.size).toBe(6);
      },
    );
  });
}

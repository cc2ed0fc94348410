import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMlflowClient, type MlflowClient } from './client.ts';
import { createEmbeddedFetch, type EmbeddedFetch } from './embedded/index.ts';
import { createRun } from './runs.ts';

const trackingUri = 'http://embedded.invalid';
let folder: string;
let store: EmbeddedFetch;
/** The same store, once called directly and once through fetch. */
let clients: MlflowClient[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'direct-'));
  store = createEmbeddedFetch({
    databaseFile: join(folder, 'mlflow.db'),
    artifactDirectory: join(folder, 'mlartifacts'),
  });
  const throughFetch: typeof fetch = (...request) => store(...request);
  clients = [store, throughFetch].map((fetch) => createMlflowClient({ trackingUri, fetch }));
});
afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const fromBoth = <Result>(call: (client: MlflowClient) => Promise<Result>) => Promise.all(clients.map(call));

test('answers read the same as through fetch, in every form', async () => {
  const runId = (await createRun(clients[0]!, { experimentId: '0', startTimeMs: 1 })).runId;
  const params = { query: { run_id: runId } };
  for (const parseAs of ['json', 'text', 'blob', 'arrayBuffer', 'stream'] as const) {
    const [direct, fetched] = await fromBoth(async ({ api }) => {
      const { data, response } = await api.GET('/api/2.0/mlflow/runs/get', { params, parseAs });
      const body = parseAs === 'json' ? data : await new Response(data as unknown as string).text();
      return { body, status: response.status, headers: [...response.headers] };
    });
    expect(direct).toEqual(fetched);
    expect(JSON.stringify(direct!.body)).toContain(runId);
  }
});

test('a refusal is the same error as through fetch', async () => {
  const [direct, fetched] = await fromBoth(({ api }) =>
    api.GET('/api/2.0/mlflow/runs/get', { params: { query: { run_id: 'nobody' } } }).catch((error) => error),
  );
  expect(direct).toEqual(fetched);
  expect(direct).toMatchObject({ status: 404, errorCode: 'RESOURCE_DOES_NOT_EXIST' });
});

test('a signal of a call or of the client ends a call before it is done', async () => {
  const stopped = AbortSignal.abort(new Error('enough'));
  const body = { name: 'never' };
  const [direct] = clients;
  const path = '/api/2.0/mlflow/experiments/create';
  await expect(direct!.api.POST(path, { body, signal: stopped })).rejects.toThrow('enough');
  const ended = createMlflowClient({ trackingUri, fetch: store, signal: stopped });
  await expect(ended.api.POST(path, { body })).rejects.toThrow('enough');
  const found = direct!.api.GET('/api/2.0/mlflow/experiments/get-by-name', {
    params: { query: { experiment_name: 'never' } },
  });
  await expect(found).rejects.toMatchObject({ status: 404 });
});

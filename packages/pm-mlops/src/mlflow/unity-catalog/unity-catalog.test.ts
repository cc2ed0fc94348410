import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type FakeWorkspace,
  type FaultKind,
  startFakeWorkspace,
} from '../../databricks/testing/fake-workspace/index.ts';
import { openArtifacts } from '../artifacts.ts';
import { bearerAuthentication } from '../authentication.ts';
import { createMlflowClient, type MlflowClient } from '../client.ts';
import { experimentIdByName } from '../experiments.ts';
import { logModelDirectory } from '../log-model.ts';
import { resolveModelUri } from '../model-uri.ts';
import { createModelVersion, modelVersionArtifactUri, modelVersions } from '../model-versions.ts';
import { ensureRegisteredModel, findRegisteredModel } from '../registered-models.ts';
import { createRun } from '../runs.ts';
import { moveToStage, type StageMove } from '../stages.ts';
import { openTracking } from '../tracking.ts';
import { downloadFolder } from '../transfer.ts';
import { unityCatalogTransport } from './unity-catalog-transport.ts';

const name = 'main.default.pumps';
const move: StageMove = { action: 'move', by: 'ada', at: new Date(0), why: 'test' };

let workspace: FakeWorkspace;
let client: MlflowClient;
let directory: string;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'catalog-'));
  writeFileSync(join(directory, 'MLmodel'), "flavors: {onnx: {}}\nutc_time_created: '2026-01-01 00:00:00'\n");
  writeFileSync(join(directory, 'model.onnx'), Buffer.alloc(100_000, 'onnx'));
  workspace = await startFakeWorkspace({ retryAfterSeconds: 0 });
  client = createMlflowClient({
    trackingUri: workspace.host,
    authentication: bearerAuthentication(workspace.token),
    registry: unityCatalogTransport,
    sleep: async () => {},
    timeoutMs: 2000,
  });
});
afterEach(async () => {
  rmSync(directory, { recursive: true });
  await workspace.close();
});

async function logged() {
  const experimentId = await experimentIdByName(client, '/Shared/pumps');
  const run = await createRun(client, { experimentId, startTimeMs: 0, userName: 'ada' });
  return logModelDirectory(client, run, { name: 'pumps' }, async () => directory);
}

async function register(): Promise<string> {
  const place = await logged();
  await ensureRegisteredModel(client, name);
  return (await createModelVersion(client, { modelName: name, ...place, tags: { made: 'here' } })).version;
}

const stages = async () =>
  (await modelVersions(client, name)).map(({ version, stage }) => `${version} ${stage}`).reverse();

test('a version has its files in the catalog, its source and its tags, and is ready', async () => {
  const version = await register();
  const found = await resolveModelUri(client, `models:/${name}/${version}`);
  expect(found).toMatchObject({ status: 'READY', stage: 'None', tags: { made: 'here' } });
  expect(found.source).toMatch(/\/artifacts\/model$/);
  const uri = await modelVersionArtifactUri(client, name, version);
  const copy = join(directory, 'copy');
  expect((await downloadFolder(openArtifacts(client, uri), undefined, copy)).sort()).toEqual([
    'MLmodel',
    'model.onnx',
  ]);
  expect(readFileSync(join(copy, 'model.onnx'))).toEqual(readFileSync(join(directory, 'model.onnx')));
});

test('stages are aliases: champion is Production, challenger is Staging, and who is displaced is Archived', async () => {
  for (let count = 0; count < 3; count++) await register();
  await moveToStage(client, name, '1', 'Staging', move);
  await moveToStage(client, name, '1', 'Production', move);
  await moveToStage(client, name, '2', 'Staging', move);
  expect(await stages()).toEqual(['1 Production', '2 Staging', '3 None']);
  expect((await findRegisteredModel(client, name))!.aliases).toEqual({ champion: '1', challenger: '2' });

  await moveToStage(client, name, '2', 'Production', move);
  expect(await stages()).toEqual(['1 Archived', '2 Production', '3 None']);
  expect((await findRegisteredModel(client, name))!.aliases).toEqual({ champion: '2' });
  expect((await resolveModelUri(client, `models:/${name}/Production`)).version).toBe('2');
  expect((await resolveModelUri(client, `models:/${name}@champion`)).version).toBe('2');

  await moveToStage(client, name, '2', 'None', move);
  await moveToStage(client, name, '1', 'Production', move);
  await moveToStage(client, name, '1', 'Archived', move);
  expect(await stages()).toEqual(['1 Archived', '2 None', '3 None']);
  expect((await findRegisteredModel(client, name))!.aliases).toEqual({});
});

test('whichever request of a registration fails in whatever way, one version that is ready is left', async () => {
  const place = await logged();
  const registerOnce = async (modelName: string) => {
    await ensureRegisteredModel(client, modelName);
    return createModelVersion(client, { modelName, ...place });
  };
  workspace.reset();
  await registerOnce('main.default.first');
  const requests = workspace.requests.length;
  for (const kind of ['429', '500', 'reset', 'lost'] satisfies FaultKind[]) {
    for (let n = 1; n <= requests; n++) {
      const modelName = `main.default.m_${kind}_${n}`;
      workspace.reset();
      workspace.failRequest(n, kind);
      await registerOnce(modelName);
      const left = await modelVersions(client, modelName);
      expect([kind, n, left.map(({ status }) => status)]).toEqual([kind, n, ['READY']]);
    }
  }
});

test('MLFLOW_REGISTRY_URI chooses it, together with the tracking of that workspace only', async () => {
  const environment = { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: workspace.token };
  const open = (tracking: string, registry: string) =>
    openTracking({
      environment: { ...environment, MLFLOW_TRACKING_URI: tracking, MLFLOW_REGISTRY_URI: registry },
      cwd: directory,
    });
  await register();
  const tracking = await open('databricks', 'databricks-uc');
  expect((await modelVersions(tracking.client, name)).length).toBe(1);
  for (const [one, other] of [
    ['databricks', 'databricks-uc://prod'],
    ['http://mlflow', 'databricks-uc'],
    ['', 'http://mlflow'],
  ])
    await expect(open(one!, other!)).rejects.toMatchObject({ code: 'unsupported-registry-uri' });
});

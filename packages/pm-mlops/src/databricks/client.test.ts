import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bearerAuthentication } from '../mlflow/authentication.ts';
import { answerOf, createMlflowClient } from '../mlflow/client.ts';
import { databricksAuthentication } from '../mlflow/databricks-authentication.ts';
import { allOf } from '../mlflow/pages.ts';
import {
  cancelJobRun,
  createDatabricksClient,
  createJob,
  type DatabricksClient,
  deleteDirectory,
  deleteJob,
  deleteScope,
  deleteWorkspaceModel,
  ensureCluster,
  ensureExperiment,
  ensureScope,
  ensureVolume,
  ensureWorkspaceModel,
  exportSource,
  findWorkspaceModel,
  getJob,
  getJobRun,
  getPermissions,
  importFile,
  importNotebook,
  listFolder,
  listJobRuns,
  listJobs,
  listSecrets,
  makeDirectory,
  makeFolder,
  putSecret,
  removeFromWorkspace,
  resetJob,
  runNow,
  setPermissions,
  taskOutput,
  transitionWorkspaceStage,
  volumeFileSize,
  watchJobRun,
  whoAmI,
  workspaceObject,
  writeVolumeFile,
} from './index.ts';
import { type FakeWorkspace, type FaultKind, startFakeWorkspace } from './testing/fake-workspace/index.ts';

const notebook = '# Databricks notebook source\nprint(1)\n';
const faults: FaultKind[] = ['429', '500', 'reset', 'timeout', 'lost'];

describe('a client of a workspace that is as inconvenient as the real one', () => {
  let workspace: FakeWorkspace;
  let client: DatabricksClient;
  beforeEach(async () => {
    workspace = await startFakeWorkspace({
      client: { id: 'robot', secret: 'secret' },
      runTask: async ({ task }) =>
        task.task_key === 'bad' ? { error: 'planted', errorTrace: 'at line 1' } : { result: 'fine' },
    });
    client = open();
  });
  afterEach(() => workspace.close());
  const open = (timeoutMs = 200) =>
    createDatabricksClient({
      host: workspace.host,
      authentication: bearerAuthentication(workspace.token),
      sleep: async () => {},
      timeoutMs,
    });

  test('a token says who it is, and a wrong one is refused with its status', async () => {
    expect(await whoAmI(client)).toMatchObject({ userName: 'planner@example.com' });
    const stranger = createDatabricksClient({
      host: workspace.host,
      authentication: bearerAuthentication('no'),
    });
    await expect(whoAmI(stranger)).rejects.toMatchObject({ name: 'DatabricksError', status: 401 });
  });

  test('job ids of 19 digits come and go without rounding', async () => {
    const jobId = await createJob(client, { name: 'train' });
    expect(jobId).toMatch(/^\d{19}$/);
    expect(`${Number(jobId)}`).not.toBe(jobId);
    await resetJob(client, jobId, { name: 'train', tags: { by: 'us' } });
    expect((await getJob(client, jobId))?.settings.tags).toEqual({ by: 'us' });
  });

  test('a listing is read to its last page, and names are compared exactly though the filter is ignored', async () => {
    for (const name of ['a', 'b', 'c', 'Train', 'train', 'train']) await createJob(client, { name });
    expect((await allOf(listJobs(client))).length).toBe(6);
    expect((await allOf(listJobs(client, { name: 'train' }))).length).toBe(2);
  });

  test.each(faults)('a create whose first request fails with %s leaves one job', async (kind) => {
    workspace.failRequest(1, kind);
    const jobId = await createJob(client, { name: 'train', tags: { by: 'us' } });
    expect(workspace.state.jobs.all().map((job) => `${job.jobId}`)).toEqual([jobId]);
  });

  test('a deleted job answers 403 and is gone all the same', async () => {
    const jobId = await createJob(client, { name: 'train' });
    workspace.failRequest(1, 'lost');
    await deleteJob(client, jobId);
    await deleteJob(client, jobId);
    expect(workspace.state.jobs.all()).toEqual([]);
  });

  test('a run is watched from PENDING to its end, its failed task telling why', async () => {
    const jobId = await createJob(client, {
      name: 'train',
      tasks: [
        { task_key: 'good' },
        { task_key: 'bad', depends_on: [{ task_key: 'good' }] },
        { task_key: 'never', depends_on: [{ task_key: 'bad' }] },
      ],
    });
    workspace.failRequest(1, 'lost');
    const jobRunId = await runNow(client, jobId);
    expect(workspace.state.runs.size).toBe(1);
    const seen = await allOf(watchJobRun(client, jobRunId));
    expect(seen.map(({ state }) => state.lifeCycle)).toEqual(
      expect.arrayContaining(['PENDING', 'RUNNING', 'TERMINATED']),
    );
    const { state, tasks } = seen.at(-1)!;
    expect(state.result).toBe('FAILED');
    expect(tasks.map((task) => task.state.result)).toEqual(['SUCCESS', 'FAILED', 'UPSTREAM_FAILED']);
    expect(await taskOutput(client, tasks[1]!.taskRunId)).toMatchObject({
      error: 'planted',
      errorTrace: 'at line 1',
    });
    expect(await taskOutput(client, tasks[0]!.taskRunId)).toMatchObject({ result: 'fine' });
    await expect(taskOutput(client, jobRunId)).rejects.toMatchObject({ status: 400, errorCode: undefined });
  });

  test('folders, notebooks and files are put, read back and removed', async () => {
    const folder = '/Workspace/Users/planner@example.com/pm';
    await expect(importNotebook(client, `${folder}/a.py`, notebook)).rejects.toMatchObject({ status: 404 });
    await makeFolder(client, folder);
    await makeFolder(client, folder);
    await importNotebook(client, `${folder}/train.py`, notebook);
    await importNotebook(client, `${folder}/train.py`, `${notebook}#2\n`);
    await importFile(client, `${folder}/a b.bin`, new Blob(['bytes']));
    expect((await listFolder(client, folder))?.map(({ path, kind }) => [path, kind])).toEqual([
      [`${folder}/a b.bin`, 'FILE'],
      [`${folder}/train.py`, 'NOTEBOOK'],
    ]);
    expect(`${await exportSource(client, `${folder}/train.py`)}`).toBe(`${notebook}#2\n`);
    await removeFromWorkspace(client, folder);
    await removeFromWorkspace(client, folder);
    expect(await workspaceObject(client, `${folder}/train.py`)).toBeUndefined();
  });

  test('a notebook beyond 10,485,760 bytes is refused before it is sent', async () => {
    const source = notebook + '#'.repeat(10_485_761 - notebook.length);
    await expect(importNotebook(client, '/Workspace/Shared/big', source)).rejects.toMatchObject({
      code: 'notebook-too-large',
    });
    await importNotebook(open(30_000), '/Workspace/Shared/big', source.slice(1));
    expect(workspace.requests.length).toBe(1);
  });

  test.each(faults)(
    'a volume, its directory and a file survive a first request that fails with %s',
    async (kind) => {
      for (const work of [
        () => ensureVolume(client, 'main.default.lake'),
        () => makeDirectory(client, '/Volumes/main/default/lake/raw/2026'),
        () =>
          writeVolumeFile(client, '/Volumes/main/default/lake/raw/2026/a b.csv', new Blob(['x,y\n1,2\n'])),
      ]) {
        workspace.failRequest(1, kind);
        await work();
      }
      expect(await volumeFileSize(client, '/Volumes/main/default/lake/raw/2026/a b.csv')).toBe(8);
      await deleteDirectory(client, '/Volumes/main/default/lake/raw');
      expect(workspace.state.files.size).toBe(0);
    },
  );

  test.each(faults)('a secret reaches its scope once, whichever request fails with %s', async (kind) => {
    for (const n of [1, 2]) {
      workspace.failRequest(n, kind);
      await ensureScope(client, 'pm');
      await deleteScope(client, 'pm');
    }
    await ensureScope(client, 'pm');
    workspace.failRequest(1, kind);
    await putSecret(client, { scope: 'pm', key: 'k', value: 'planted-secret' });
    expect(await listSecrets(client, 'pm')).toEqual(['k']);
    expect(workspace.state.scopes.get('pm')?.get('k')).toBe('planted-secret');
  });

  test.each(faults)(
    'a cluster is created once though its creation fails with %s, and found the next time',
    async (kind) => {
      workspace.failRequest(2, kind);
      const { made, isNew } = await ensureCluster(client, {
        cluster_name: 'pm',
        spark_version: '16.4.x-scala2.12',
      });
      expect(isNew).toBe(true);
      expect(workspace.state.clusters.all().map((cluster) => cluster.cluster_id)).toEqual([made.clusterId]);
      expect(await ensureCluster(client, { cluster_name: 'pm' })).toMatchObject({ isNew: false });
    },
  );

  test('an experiment is found by its path, and its folder must be there', async () => {
    await expect(ensureExperiment(client, '/Users/nobody/pm')).rejects.toMatchObject({ status: 404 });
    const { made } = await ensureExperiment(client, '/Users/planner@example.com/pm');
    expect(await ensureExperiment(client, '/Users/planner@example.com/pm')).toEqual({ made, isNew: false });
  });

  test('permissions of a job have one owner, and those from above are left out', async () => {
    const jobId = await createJob(client, { name: 'train' });
    const owner = { user_name: 'planner@example.com', permission_level: 'IS_OWNER' };
    const viewers = { group_name: 'users', permission_level: 'CAN_VIEW' };
    await setPermissions(client, { type: 'jobs', id: jobId, grants: [owner, viewers] });
    expect(await getPermissions(client, 'jobs', jobId)).toEqual([viewers, owner]);
    await expect(
      setPermissions(client, { type: 'jobs', id: jobId, grants: [viewers] }),
    ).rejects.toMatchObject({
      code: 'one-owner',
    });
  });

  test('a size is read from the listing where HEAD is no method of the service', async () => {
    await ensureVolume(client, 'main.default.lake');
    await writeVolumeFile(client, '/Volumes/main/default/lake/a.bin', new Blob(['12345']));
    const headless = createDatabricksClient({
      host: workspace.host,
      authentication: bearerAuthentication(workspace.token),
      fetch: async (input, init) =>
        new Request(input).method === 'HEAD' ? new Response(null, { status: 405 }) : fetch(input, init),
    });
    expect(await volumeFileSize(headless, '/Volumes/main/default/lake/a.bin')).toBe(5);
    expect(await volumeFileSize(headless, '/Volumes/main/default/lake/none.bin')).toBeUndefined();
    expect(await volumeFileSize(client, '/Volumes/main/default/lake/no/none.bin')).toBeUndefined();
  });

  test('Retry-After is waited for', async () => {
    const waitedMs: number[] = [];
    const patient = createDatabricksClient({
      host: workspace.host,
      authentication: bearerAuthentication(workspace.token),
      sleep: async (ms) => {
        waitedMs.push(ms);
      },
    });
    workspace.failRequest(1, '429');
    await whoAmI(patient);
    expect(waitedMs.length).toBe(1);
    expect(waitedMs[0]).toBeGreaterThanOrEqual(1000);
  });

  test('a token that ends while a run is watched is renewed', async () => {
    const { authentication } = databricksAuthentication({
      DATABRICKS_HOST: workspace.host,
      DATABRICKS_CLIENT_ID: 'robot',
      DATABRICKS_CLIENT_SECRET: 'secret',
    });
    const robot = createDatabricksClient({ host: workspace.host, authentication, sleep: async () => {} });
    const jobRunId = await runNow(
      robot,
      await createJob(robot, { name: 'train', tasks: [{ task_key: 'a' }] }),
    );
    const results: (string | undefined)[] = [];
    for await (const { state } of watchJobRun(robot, jobRunId)) {
      workspace.state.tokens.clear();
      results.push(state.result);
    }
    expect(results.at(-1)).toBe('SUCCESS');
    expect(workspace.state.issued.length).toBe(results.length);
  });

  test('a watch ends when its signal aborts', async () => {
    const jobRunId = await runNow(
      client,
      await createJob(client, { name: 'train', tasks: [{ task_key: 'a' }] }),
    );
    const stop = new AbortController();
    const watching = (async () => {
      for await (const _ of watchJobRun(client, jobRunId, { signal: stop.signal }))
        stop.abort(new Error('Ctrl-C'));
    })();
    await expect(watching).rejects.toThrow('Ctrl-C');
    await cancelJobRun(client, jobRunId);
    expect((await getJobRun(client, jobRunId)).state).toMatchObject({
      lifeCycle: 'TERMINATED',
      result: 'CANCELED',
    });
    expect((await allOf(listJobRuns(client, workspace.state.jobs.all()[0]!.jobId.toString()))).length).toBe(
      1,
    );
  });

  test('a registered model is created once, and its stage moved in the words of Databricks', async () => {
    const { made } = await ensureWorkspaceModel(client, 'pm');
    expect(made.id).toMatch(/^[0-9a-f]{32}$/);
    expect(await ensureWorkspaceModel(client, 'pm')).toEqual({ made, isNew: false });
    const mlflow = createMlflowClient({
      trackingUri: workspace.host,
      authentication: bearerAuthentication(workspace.token),
    });
    const body = { name: 'pm', source: 's3://bucket/model' };
    await mlflow.api.POST('/api/2.0/mlflow/model-versions/create', { body });
    await transitionWorkspaceStage(client, { name: 'pm', version: '1', stage: 'Staging' });
    const { model_version } = await answerOf(
      mlflow.api.GET('/api/2.0/mlflow/model-versions/get', {
        params: { query: { name: 'pm', version: '1' } },
      }),
    );
    expect(model_version?.current_stage).toBe('Staging');
    await transitionWorkspaceStage(client, { name: 'pm', version: '1', stage: 'None' });
    await deleteWorkspaceModel(client, 'pm');
    expect(await findWorkspaceModel(client, 'pm')).toBeUndefined();
  });

  test('a value that the service repeats in its refusal is not passed on', async () => {
    const echoing = createDatabricksClient({
      host: workspace.host,
      authentication: bearerAuthentication(workspace.token),
      fetch: async (input) =>
        new Response(
          JSON.stringify({ error_code: 'BAD_REQUEST', message: await new Request(input).text() }),
          {
            status: 400,
          },
        ),
    });
    const refusal = await putSecret(echoing, { scope: 's', key: 'k', value: 'planted-secret' }).catch(String);
    expect(refusal).toContain('400 BAD_REQUEST');
    expect(refusal).not.toContain('planted-secret');
  });
});

import { afterEach, describe, expect, test } from 'vitest';
import { bearerAuthentication } from '../mlflow/authentication.ts';
import { allOf } from '../mlflow/pages.ts';
import {
  cancelJobRun,
  createDatabricksClient,
  createJob,
  deleteCluster,
  deleteJob,
  ensureCluster,
  ensureVolume,
  exportSource,
  findCluster,
  getJob,
  getJobRun,
  hasNoEndpoint,
  importFile,
  importNotebook,
  isMissing,
  listJobRuns,
  listJobs,
  resetJob,
  runNow,
  volumeFileSize,
  watchJobRun,
  workspaceObject,
  writeVolumeFile,
} from './index.ts';
import {
  type FakeWorkspace,
  type FakeWorkspaceOptions,
  startFakeWorkspace,
} from './testing/fake-workspace/index.ts';

const home = '/Workspace/Users/planner@example.com';
const answers = ['json', 'text', 'page', 'unimplemented'] as const;

describe('a service that has less than the newest one', () => {
  let workspace: FakeWorkspace;
  afterEach(() => workspace.close());
  const open = async (options: FakeWorkspaceOptions) => {
    workspace = await startFakeWorkspace({ listingLag: 0, ...options });
    const authentication = bearerAuthentication(workspace.token);
    return createDatabricksClient({ host: workspace.host, authentication, sleep: async () => {} });
  };

  test.each(answers)(
    'without Jobs 2.2, said as %s, is spoken to in 2.1 from then on',
    async (lackingAnswer) => {
      const client = await open({ lacks: /2\.2\/jobs/, lackingAnswer });
      const jobId = await createJob(client, { name: 'train' });
      await resetJob(client, jobId, { name: 'train', tags: { by: 'us' } });
      expect((await getJob(client, jobId))?.settings.tags).toEqual({ by: 'us' });
      await deleteJob(client, jobId);
      expect(await allOf(listJobs(client))).toEqual([]);
      expect(workspace.requests.filter(({ path }) => path.includes('/2.2/'))).toHaveLength(1);
    },
  );

  test.each(answers)(
    'an endpoint that is not there, said as %s, is not a thing that is missing',
    async (lackingAnswer) => {
      const client = await open({ lacks: /get-status/, lackingAnswer });
      const refused = await workspaceObject(client, home).catch((error: unknown) => error);
      expect([hasNoEndpoint(refused), isMissing(refused)]).toEqual([true, false]);
      expect(`${refused}`).toMatch(/No API found|has no such endpoint|a web page instead/);
    },
  );

  test('a thing that is missing is told apart from that', async () => {
    const client = await open({});
    expect(await workspaceObject(client, `${home}/nothing`)).toBeUndefined();
  });

  test('small files need no endpoint for large ones, and keep their names', async () => {
    const client = await open({ lacks: /workspace-files/ });
    await importFile(client, `${home}/pm_command.py`, new Blob(['import sys\n']));
    expect(await workspaceObject(client, `${home}/pm_command.py`)).toMatchObject({ kind: 'FILE' });
    await expect(
      importFile(client, `${home}/pm_command.py`, new Blob(['']), { overwrite: false }),
    ).rejects.toMatchObject({
      status: 409,
    });
  });

  test.each([true, false])(
    'sources are read back from a service that exports bytes (%s)',
    async (exportsBytes) => {
      const client = await open({ exportsBytes });
      const notebook = '# Databricks notebook source\nprint("é")\n';
      await importNotebook(client, `${home}/train`, notebook);
      const files = ['[{"content": 1}]', '{"id": "x", "content": "Zm9v"}', 'plain\n'];
      for (const [index, text] of files.entries())
        await importFile(client, `${home}/${index}`, new Blob([text]));
      const read = async (name: string) => (await exportSource(client, `${home}/${name}`))?.toString('utf8');
      expect(await Promise.all(['train', '0', '1', '2', 'none'].map(read))).toEqual([
        notebook,
        ...files,
        undefined,
      ]);
    },
  );

  test('the size of a file is that of its listing where HEAD tells that of an empty answer', async () => {
    const client = await open({ headsTellNothing: true });
    await ensureVolume(client, 'main.default.pm');
    const sizes = [];
    for (const text of ['', 'seven b']) {
      await writeVolumeFile(client, '/Volumes/main/default/pm/a.txt', new Blob([text]));
      sizes.push(await volumeFileSize(client, '/Volumes/main/default/pm/a.txt'));
    }
    expect(sizes).toEqual([0, 7]);
  });

  test('a cluster that cannot be removed is ended', async () => {
    const client = await open({ lacks: /permanent-delete/ });
    const { made } = await ensureCluster(client, { cluster_name: 'pm' });
    await deleteCluster(client, made.clusterId);
    expect(workspace.state.clusters.all()).toMatchObject([{ state: 'TERMINATED' }]);
  });

  test('a cluster that no listing shows is found by its note, as long as it is there', async () => {
    const client = await open({ listingLag: Number.POSITIVE_INFINITY });
    let noted: string | undefined;
    const note = {
      read: async () => noted,
      write: async (id: string) => {
        noted = id;
      },
    };
    const { made } = await ensureCluster(client, { cluster_name: 'pm' }, note);
    expect(await ensureCluster(client, { cluster_name: 'pm' }, note)).toMatchObject({
      made: { clusterId: made.clusterId },
      isNew: false,
    });
    expect(await findCluster(client, 'other', note)).toBeUndefined();
    noted = 'gone';
    expect(await findCluster(client, 'pm', note)).toBeUndefined();
  });

  test('runs that have ended are not active, though the filter is ignored', async () => {
    const client = await open({ nameFilter: 'ignored' });
    const jobId = await createJob(client, { name: 'train', tasks: [{ task_key: 'only' }] });
    const ended = await runNow(client, jobId);
    await allOf(watchJobRun(client, ended));
    const atWork = await runNow(client, jobId);
    const active = await allOf(listJobRuns(client, jobId, { activeOnly: true }));
    expect(active.map(({ jobRunId }) => jobRunId)).toEqual([atWork]);
  });

  test('a run that tells its status alone ends in the words of a state', async () => {
    const client = await open({
      runWords: 'status',
      runTask: async ({ task }) => (task.task_key === 'bad' ? { error: 'planted' } : {}),
    });
    const tasks = [{ task_key: 'bad' }, { task_key: 'after', depends_on: [{ task_key: 'bad' }] }];
    const jobId = await createJob(client, { name: 'train', tasks });
    const failed = (await allOf(watchJobRun(client, await runNow(client, jobId)))).at(-1)!;
    const results = [failed, ...failed.tasks].map(
      ({ state: { lifeCycle, result } }) => `${lifeCycle} ${result}`,
    );
    expect(results).toEqual(['TERMINATED FAILED', 'TERMINATED FAILED', 'TERMINATED UPSTREAM_FAILED']);
    const cancelled = await runNow(client, jobId);
    await cancelJobRun(client, cancelled);
    expect((await getJobRun(client, cancelled)).state.result).toBe('CANCELED');
  });
});

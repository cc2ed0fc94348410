import { afterEach, describe, expect, test } from 'vitest';
import { bearerAuthentication } from '../mlflow/authentication.ts';
import { allOf } from '../mlflow/pages.ts';
import {
  createDatabricksClient,
  createJob,
  deleteJob,
  exportSource,
  getJob,
  hasNoEndpoint,
  importFile,
  importNotebook,
  isMissing,
  listJobs,
  resetJob,
  workspaceObject,
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
});

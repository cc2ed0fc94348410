import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createDatabricksClient,
  type DatabricksClient,
  ensureCluster,
  runNow,
} from '../../databricks/index.ts';
import { type FakeWorkspace, startFakeWorkspace } from '../../databricks/testing/fake-workspace/index.ts';
import { CLEAR_ERROR, FAULT_CASES_TIMEOUT_MS, faultCases } from '../../databricks/testing/fault-cases.ts';
import { bearerAuthentication } from '../../mlflow/authentication.ts';
import { initWorkspace } from '../databricks/init-workspace.ts';
import { composeDeployment, newestArchive } from './compose.ts';
import { applyChanges, type DeployOptions, deploy } from './deploy.ts';
import { planDestruction } from './destroy.ts';
import { targetSettings } from './target-settings.ts';
import { type BundleFolder, createBundleFolder } from './testing/bundle-folder.ts';

const user = 'planner@example.com';
const step = <Result>(_: string, work: (report: () => void) => Promise<Result>) => work(() => {});
const cron = (text: string) =>
  text.replace(/quartz_cron_expression: .*/, 'quartz_cron_expression: 0 15 5 * * ?');

describe('a deployment', () => {
  let workspace: FakeWorkspace;
  let client: DatabricksClient;
  let bundle: BundleFolder;
  let log: string[];
  beforeEach(async () => {
    bundle = createBundleFolder();
    log = [];
    await open();
  });
  afterEach(async () => {
    bundle.remove();
    await workspace.close();
  });
  const open = async () => {
    workspace = await startFakeWorkspace({ pageSize: 50, listingLag: 0, retryAfterSeconds: 0 });
    client = connect(5, 30_000);
  };
  const connect = (retries: number, timeoutMs: number, signal?: AbortSignal) =>
    createDatabricksClient({
      ...(signal && { signal }),
      host: workspace.host,
      authentication: bearerAuthentication(workspace.token),
      sleep: async () => {},
      timeoutMs,
      retry: { retries },
    });
  const settings = () => targetSettings(bundle.directory, 'dev', { userName: user, environment: {} });
  const init = () => initWorkspace(client, settings(), step);
  const put = async (options: Partial<DeployOptions> = {}) => {
    const { made } = await ensureCluster(client, { cluster_name: 'predictive-maintenance-dev' });
    const deployment = composeDeployment(bundle.directory, settings(), {
      user,
      variables: { cluster_id: made.clusterId },
      archiveFile: newestArchive(bundle.directory),
    });
    const given = { part: 'all' as const, prune: false, planOnly: false, forceLock: false, ...options };
    return deploy(client, deployment, { log: (line) => log.push(line), now: () => new Date(), step }, given);
  };
  const destroy = async () => {
    const changes = await planDestruction(client, settings(), { keepData: false });
    await applyChanges(changes, { step, rootPath: settings().rootPath });
    return changes;
  };
  const names = () =>
    workspace.state.jobs
      .all()
      .map(({ settings: { name } }) => `${name}`)
      .sort();
  const writes = () => workspace.requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD');

  test('creates all, and a second one writes nothing', async () => {
    await init();
    const first = await put();
    expect(first.applied).toBe(true);
    expect(names()).toContain('[dev planner] pm_training');
    workspace.reset();
    const second = await put();
    expect(second).toMatchObject({ applied: false, changes: [], stale: [] });
    expect(second.unchanged).toBeGreaterThan(15);
    expect(writes()).toEqual([]);
  });

  test('shows an edited cron as that one field, and carries out just that', async () => {
    await init();
    await put();
    bundle.edit('jobs/batch-scoring.job.yml', cron);
    const fields = [{ field: 'schedule.quartz_cron_expression', to: '0 15 5 * * ?' }];
    const wanted = [
      { action: 'update', kind: 'job', name: '[dev planner] pm_batch_scoring', differences: fields },
    ];
    workspace.reset();
    expect((await put({ planOnly: true })).changes).toMatchObject(wanted);
    expect(writes()).toEqual([]);
    expect((await put()).changes).toMatchObject(wanted);
    expect((await put()).changes).toEqual([]);
  });

  test('sees a field that was taken out of a file', async () => {
    await put();
    bundle.edit('jobs/training.job.yml', (text) => text.replace(/\n {6}description: .*/, ''));
    expect((await put()).changes.map(({ differences }) => differences)).toMatchObject([
      [{ field: 'description', to: undefined }],
    ]);
    expect((await put()).changes).toEqual([]);
  });

  test('puts back what somebody changed in the workspace', async () => {
    await put();
    const job = workspace.state.jobs
      .all()
      .find(({ settings: { name } }) => `${name}`.endsWith('pm_training'))!;
    job.settings = { ...job.settings, max_concurrent_runs: 9 };
    expect((await put()).changes.map(({ differences }) => differences)).toEqual([
      [{ field: 'max_concurrent_runs', from: 9, to: 1 }],
    ]);
  });

  test('refuses two jobs of one name, naming both ids', async () => {
    await put();
    const [job] = workspace.state.jobs.all();
    const { name } = job!.settings;
    workspace.state.jobs.put('77', { jobId: 77n, creator: 'other@example.com', settings: { name } });
    await expect(put()).rejects.toMatchObject({
      code: 'ambiguous-job',
      message: expect.stringMatching(new RegExp(`${job!.jobId} and 77`)),
    });
  });

  test('names a job of ours that no file names any more, and removes it if told to', async () => {
    await put();
    const text = readFileSync(join(bundle.directory, 'jobs/training.job.yml'), 'utf8');
    const stray = {
      name: 'stray',
      tags: { ...(workspace.state.jobs.all()[0]!.settings.tags as object), pm_job: 'gone' },
    };
    workspace.state.jobs.put('78', { jobId: 78n, creator: user, settings: stray });
    expect(text).not.toContain('gone');
    expect(await put()).toMatchObject({ changes: [], stale: ['job stray'] });
    expect((await put({ prune: true })).changes).toMatchObject([
      { action: 'delete', kind: 'job', name: 'stray' },
    ]);
    expect(names()).not.toContain('stray');
  });

  test('keeps the last five states of the code, and all of them while a job runs', async () => {
    for (const digest of ['b1', 'b2', 'b3', 'b4', 'b5']) {
      bundle.setArchive(digest);
      await put();
    }
    const archives = () =>
      [...workspace.state.files.keys()].filter((path) => path.endsWith('.tar.gz')).length;
    const [job] = workspace.state.jobs.all();
    await runNow(client, `${job!.jobId}`);
    bundle.setArchive('b6');
    await put();
    expect(archives()).toBe(6);
    workspace.state.runs.clear();
    bundle.setArchive('b7');
    await put();
    expect(archives()).toBe(5);
  });

  test('does not go on where another one has the lock, but takes over that of a process that is gone', async () => {
    await init();
    const path = `${settings().rootPath}/deploy.lock`.replace('/Workspace', '');
    const since = new Date().toISOString();
    const lock = (host: string, pid: number) => ({
      objectId: 1n,
      kind: 'FILE' as const,
      content: Buffer.from(JSON.stringify({ id: 'x', user: 'ann', host, pid, since })),
    });
    workspace.state.tree.set(path, lock('elsewhere', 4));
    await expect(put()).rejects.toMatchObject({
      code: 'deployment-locked',
      message: expect.stringContaining('ann'),
    });
    await put({ forceLock: true });
    expect(workspace.state.tree.has(path)).toBe(false);
    expect(log.join()).toContain('Taking over');
  });

  test('gives its lock back where Ctrl-C ends it, and goes on from there', async () => {
    await init();
    const interrupt = new AbortController();
    client = connect(5, 30_000, interrupt.signal);
    workspace.state.jobs.put = (...put) => {
      interrupt.abort();
      return Object.getPrototypeOf(workspace.state.jobs).put.call(workspace.state.jobs, ...put);
    };
    await expect(put()).rejects.toThrow();
    expect([...workspace.state.tree.keys()].filter((path) => path.endsWith('.lock'))).toEqual([]);
    client = connect(5, 30_000);
    expect((await put()).applied).toBe(true);
    expect((await put()).changes).toEqual([]);
  });

  test('half of it can be put alone, jobs only after the code', async () => {
    await init();
    await expect(put({ part: 'jobs' })).rejects.toMatchObject({ code: 'code-not-deployed' });
    expect((await put({ part: 'code' })).changes.some(({ kind }) => kind === 'job')).toBe(false);
    expect((await put({ part: 'jobs' })).changes.every(({ kind }) => kind === 'job')).toBe(true);
    expect((await put()).changes).toEqual([]);
  });

  test('destroy leaves nothing of ours and all of others, and again is no error', async () => {
    workspace.state.jobs.put('79', { jobId: 79n, creator: user, settings: { name: 'pm_training' } });
    workspace.state.scopes.set('theirs', new Map());
    const before = snapshot();
    await init();
    await put();
    await destroy();
    expect(snapshot()).toEqual(before);
    expect(await destroy()).toEqual([]);
  });

  test('goes where Unity Catalog cannot be asked but has the volume, and leaves that as it was', async () => {
    await workspace.close();
    workspace = await startFakeWorkspace({ listingLag: 0, lacks: /unity-catalog|workspace-files|permanent/ });
    client = connect(5, 30_000);
    for (const name of ['schemas/main.predictive_maintenance', 'volumes/main.predictive_maintenance.pm'])
      workspace.state.securables.set(name, {});
    const before = snapshot();
    await init();
    await put();
    expect((await put()).changes).toEqual([]);
    await destroy();
    expect(snapshot()).toEqual({ ...before, clusters: 1 });
  });

  test('takes the archive of the program where a copy of the bundle has none', () => {
    expect(newestArchive(join(bundle.directory, 'jobs'), bundle.directory)).toMatch(/dist\/pm-0\.1\.0-a1/);
    expect(() => newestArchive(join(bundle.directory, 'jobs'))).toThrow(/no archive/);
  });

  test('says what to do where the catalog is not there', async () => {
    workspace.state.securables.clear();
    await expect(put()).rejects.toMatchObject({
      code: 'deployment-unfinished',
      message: expect.stringContaining('main.predictive_maintenance cannot be created in Unity Catalog'),
      next: expect.stringContaining('BUNDLE_VAR_catalog'),
    });
  });

  test('says what to do where the volume that cannot be asked for is not there', async () => {
    await workspace.close();
    workspace = await startFakeWorkspace({ listingLag: 0, lacks: /unity-catalog/ });
    client = connect(5, 30_000);
    await expect(put()).rejects.toMatchObject({
      message: expect.stringContaining('The volume /Volumes/main/predictive_maintenance/pm does not take'),
      next: expect.stringContaining('BUNDLE_VAR_volume'),
    });
  });

  test('permissions go to a service that tells no owner, with who deploys as the owner', async () => {
    await put();
    workspace.state.permissions.clear();
    const grant = '\n      permissions: [{group_name: planners, level: CAN_VIEW}]\n      tasks:';
    bundle.edit('jobs/promotion.job.yml', (text) => text.replace('\n      tasks:', grant));
    expect((await put()).changes.map(({ differences }) => differences)).toMatchObject([
      [{ field: 'permissions', to: [`${user}: IS_OWNER`, 'planners: CAN_VIEW'] }],
    ]);
    expect((await put()).changes).toEqual([]);
  });

  /** Paths, names and ids of all that there is. */
  const snapshot = () => ({
    jobs: names(),
    tree: [...workspace.state.tree.keys()].sort(),
    files: [...workspace.state.files.keys()].sort(),
    scopes: [...workspace.state.scopes.keys()].sort(),
    securables: [...workspace.state.securables.keys()].sort(),
    clusters: workspace.state.clusters.all().length,
  });

  const story = async () => {
    await init();
    await put();
    bundle.edit('jobs/batch-scoring.job.yml', cron);
    await put();
    const state = snapshot();
    await destroy();
    return state;
  };

  test(
    'ends done, or with a clear error and is finished by the next run, whichever request fails',
    async () => {
      bundle.shrinkTo('batch-scoring');
      const wanted = await story();
      const requests = workspace.requests.length;
      const left = snapshot();
      expect(requests).toBeGreaterThan(60);
      for (const { n, kind, retries, timeoutMs } of faultCases(requests, 7)) {
        restart();
        client = connect(retries, timeoutMs);
        workspace.reset();
        workspace.failRequest(n, kind);
        const ended = await untilDone(story);
        expect({ n, kind, retries, ended }).toEqual({ n, kind, retries, ended: wanted });
        expect(snapshot()).toEqual(left);
      }
    },
    FAULT_CASES_TIMEOUT_MS,
  );

  const restart = () => {
    bundle.remove();
    bundle = createBundleFolder();
    bundle.shrinkTo('batch-scoring');
  };

  /** Again after an error for people, as a person would. */
  async function untilDone<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      expect(`${error}`).toMatch(CLEAR_ERROR);
      restart();
      client = connect(5, 30_000);
      return work();
    }
  }
});

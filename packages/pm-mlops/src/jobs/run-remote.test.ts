import { afterEach, describe, expect, it } from 'vitest';
import {
  createDatabricksClient,
  createJob,
  type DatabricksClient,
  type DatabricksClientOptions,
  type JobRun,
} from '../databricks/index.ts';
import {
  type FakeWorkspace,
  type FakeWorkspaceOptions,
  type RunTask,
  startFakeWorkspace,
} from '../databricks/testing/fake-workspace/index.ts';
import { FAULT_CASES_TIMEOUT_MS, faultCases } from '../databricks/testing/fault-cases.ts';
import { bearerAuthentication } from '../mlflow/authentication.ts';
import { findDeployedJob } from './deployed-job.ts';
import { formatRemoteRun, remoteRunDocument } from './format-remote-run.ts';
import { cancelAndFollow, runJobRemotely } from './run-remote.ts';

const settings = {
  name: 'pm_training',
  parameters: [{ name: 'SOURCE', default: '' }],
  tasks: [
    { task_key: 'ingest', notebook_task: { notebook_path: '/x', base_parameters: {} } },
    {
      task_key: 'train',
      depends_on: [{ task_key: 'ingest' }],
      notebook_task: { notebook_path: '/y', base_parameters: { source: '{{job.parameters.SOURCE}}' } },
    },
  ],
};

let workspace: FakeWorkspace;
let client: DatabricksClient;
afterEach(() => workspace.close());

async function open(runTask?: RunTask, options: FakeWorkspaceOptions = {}): Promise<void> {
  workspace = await startFakeWorkspace({
    listingLag: 0,
    retryAfterSeconds: 0,
    ...(runTask && { runTask }),
    ...options,
  });
  connect({ timeoutMs: 1000 });
}

function connect(options: Pick<DatabricksClientOptions, 'timeoutMs' | 'retry'>): void {
  client = createDatabricksClient({
    host: workspace.host,
    authentication: bearerAuthentication(workspace.token),
    sleep: async () => {},
    ...options,
  });
}

async function deployed() {
  await createJob(client, settings);
  return findDeployedJob(client, settings.name, 'dev');
}

describe('runJobRemotely', () => {
  it('gives the parameters to the run and tells each change of a task once, to the end', async () => {
    const sources: (string | undefined)[] = [];
    await open(async ({ task, parameters }) => {
      if (task.task_key === 'train') sources.push(parameters.source);
      return {};
    });
    const changes: string[] = [];
    const { state, exitCode, failures } = await runJobRemotely(client, await deployed(), {
      parameters: { SOURCE: '/Volumes/raw' },
      onTaskChange: ({ taskKey, state: { result, lifeCycle } }) =>
        changes.push(`${taskKey} ${result ?? lifeCycle}`),
    });
    expect({ state, exitCode, failures, sources }).toEqual({
      state: 'SUCCESS',
      exitCode: 0,
      failures: [],
      sources: ['/Volumes/raw'],
    });
    expect(changes).toEqual([
      'ingest PENDING',
      'train PENDING',
      'ingest RUNNING',
      'ingest SUCCESS',
      'train RUNNING',
      'train SUCCESS',
    ]);
  });

  it('refuses a parameter that the deployed job has not, before anything runs', async () => {
    await open();
    const job = await deployed();
    await expect(runJobRemotely(client, job, { parameters: { SOURCES: 'x' } })).rejects.toMatchObject({
      code: 'unknown-parameter',
      next: 'It has: SOURCE.',
    });
    expect(workspace.state.runs.size).toBe(0);
  });

  it("tells the failing task's own error and trace, without colours, and not of those that waited for it", async () => {
    await open(async ({ task }) =>
      task.task_key === 'ingest'
        ? {
            error: 'No such folder: /Volumes/raw',
            errorTrace: '\u001b[31mRuntimeError\u001b[0m: no such folder',
          }
        : {},
    );
    const run = await runJobRemotely(client, await deployed());
    expect(remoteRunDocument(run)).toMatchObject({
      state: 'FAILED',
      tasks: [
        { taskKey: 'ingest', state: 'FAILED' },
        { taskKey: 'train', state: 'UPSTREAM_FAILED' },
      ],
      failures: [
        {
          taskKey: 'ingest',
          error: 'No such folder: /Volumes/raw',
          errorTrace: 'RuntimeError: no such folder',
        },
      ],
    });
    expect(run.exitCode).toBe(1);
    const text = formatRemoteRun(run);
    expect(text).toContain('── ingest: No such folder: /Volumes/raw\nRuntimeError: no such folder');
    expect(text).toContain(run.run.url!);
  });

  it('tells what tasks left: texts, numbers and truths, of a notebook that exits with fields', async () => {
    const exits: Record<string, string> = {
      ingest: '{"modelVersion": "7", "moved": true, "rows": 3, "origin": {"kind": "x"}, "none": null}',
      train: 'done',
    };
    await open(async ({ task }) => ({ result: exits[`${task.task_key}`]! }));
    const run = await runJobRemotely(client, await deployed());
    expect(remoteRunDocument(run).results).toEqual([
      { taskKey: 'ingest', values: { modelVersion: '7', moved: true, rows: 3 } },
      { taskKey: 'train', values: {} },
    ]);
    expect(formatRemoteRun(run)).toMatch(/\n\ningest: modelVersion 7, moved true, rows 3\n\nhttp/);
  });

  it('leaves the run alone when it is told to stop watching; cancelled later, it ends CANCELED', async () => {
    await open();
    const stop = new AbortController();
    const job = await deployed();
    const left = await runJobRemotely(client, job, {
      signal: stop.signal,
      onTaskChange: (_task, { state }: JobRun) => {
        if (state.lifeCycle === 'RUNNING') stop.abort();
      },
    });
    expect([left.state, left.exitCode]).toEqual(['DETACHED', 1]);
    const { jobRunId } = left.run;
    expect(workspace.state.runs.get(jobRunId)!.cancel.signal.aborted).toBe(false);
    const ended = await cancelAndFollow(client, jobRunId);
    expect([ended.state, ended.exitCode]).toEqual(['CANCELED', 1]);
    expect(formatRemoteRun(ended)).not.toMatch(/── \w/);
  });

  it('goes on with a new token where the old one ends during the run', async () => {
    await open();
    let asked = 0;
    client = createDatabricksClient({
      host: workspace.host,
      sleep: async () => {
        workspace.state.tokens.clear();
      },
      authentication: () => {
        const token = `token-${asked++}`;
        workspace.state.tokens.add(token);
        return `Bearer ${token}`;
      },
    });
    expect((await runJobRemotely(client, await deployed())).state).toBe('SUCCESS');
    expect(asked).toBeGreaterThan(5);
  });

  it(
    'starts one run and sees its end, or says what is not known, whichever request fails',
    async () => {
      await open();
      await deployed();
      const run = async () => runJobRemotely(client, await findDeployedJob(client, settings.name, 'dev'));
      workspace.reset();
      await run();
      const requests = workspace.requests.length;
      expect(requests).toBeGreaterThan(8);
      for (const { n, kind, retries, timeoutMs } of faultCases(requests)) {
        connect({ timeoutMs, retry: { retries } });
        workspace.reset();
        const before = workspace.state.runs.size;
        workspace.failRequest(n, kind);
        const ended = await run().then(
          ({ state }) => state,
          (error: Error) => `${error}`,
        );
        const started = workspace.state.runs.size - before;
        const clear = retries > 0 ? /^SUCCESS$/ : /^SUCCESS$|^(UserError|DatabricksError): \w/;
        expect({ n, kind, retries, ended }).toMatchObject({ ended: expect.stringMatching(clear) });
        expect({ n, kind, retries, started: started <= 1 }).toMatchObject({ started: true });
        if (ended === 'SUCCESS') expect(started).toBe(1);
      }
    },
    FAULT_CASES_TIMEOUT_MS,
  );

  it('goes on watching where the workspace does not answer for a while, and says that the run goes on in the end', async () => {
    await open();
    connect({ timeoutMs: 1000, retry: { retries: 0 } });
    const job = await deployed();
    const failNext = (count: number) => {
      for (let n = 1; n <= count; n++) workspace.failRequest(n, '500');
    };
    const patient = await runJobRemotely(client, job, { onStart: () => failNext(10) });
    expect(patient.state).toBe('SUCCESS');
    const lost = runJobRemotely(client, job, { onStart: () => failNext(30) });
    await expect(lost).rejects.toMatchObject({ code: 'watch-lost', next: expect.stringContaining('cancel') });
  });

  it('says that a run may have started where the answer is lost', async () => {
    await open();
    connect({ timeoutMs: 1000, retry: { retries: 0 } });
    const job = await deployed();
    workspace.reset();
    workspace.failRequest(1, 'lost');
    await expect(runJobRemotely(client, job)).rejects.toMatchObject({ code: 'start-unknown' });
    expect(workspace.state.runs.size).toBe(1);
  });
});

describe('findDeployedJob', () => {
  it('waits for a listing that lags, and says how to deploy what stays away', async () => {
    await open(undefined, { listingLag: 2 });
    await createJob(client, settings);
    workspace.state.jobs.all();
    expect((await findDeployedJob(client, 'pm_training', 'dev')).settings.name).toBe('pm_training');
    await expect(findDeployedJob(client, 'pm_train', 'dev')).rejects.toMatchObject({
      code: 'not-deployed',
      next: 'make deploy TARGET=dev',
    });
  });

  it('refuses two jobs of one name with the ids of both', async () => {
    await open();
    const ids = workspace.state.jobs;
    await createJob(client, settings);
    const [{ jobId, creator, settings: same }] = ids.all() as [
      (typeof ids)['all'] extends () => (infer One)[] ? One : never,
    ];
    ids.put('twin', { jobId: jobId + 1n, creator, settings: same });
    await expect(findDeployedJob(client, 'pm_training', 'dev')).rejects.toMatchObject({
      code: 'two-jobs',
      message: expect.stringMatching(`${jobId}, ${jobId + 1n}`),
    });
  });
});

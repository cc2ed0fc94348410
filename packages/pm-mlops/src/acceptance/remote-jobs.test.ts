import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS } from '../cli/commands/index.ts';
import { runCommandLine } from '../cli/run-command-line.ts';
import { type FakeWorkspace, startFakeWorkspace } from '../databricks/testing/fake-workspace/index.ts';
import { createOwnJobs, runOn } from './testing/cluster.ts';
import { exported, registered, runsOf } from './testing/documents.ts';
import { smallWorkflow } from './testing/small-fleet.ts';
import { createWorkplace, type Workplace } from './testing/workplace.ts';

const TARGET = ['--target', 'serverless'];
const EXPERIMENT = '/Users/planner@example.com/predictive-maintenance';

interface RunDocument {
  readonly jobRunId: string;
  readonly state: string;
  readonly tasks: readonly { taskKey: string; state: string }[];
}

describe('a job on Databricks', () => {
  let workspace: FakeWorkspace;
  let place: Workplace;
  let cluster: Workplace;
  beforeEach(async () => {
    workspace = await startFakeWorkspace({
      listingLag: 0,
      stepsPerLook: 100,
      runTask: runOn(() => cluster),
    });
    const access = { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: workspace.token };
    place = createWorkplace({}, access);
    cluster = createWorkplace(
      { small: smallWorkflow({ trees: 3, maxDepth: 4 }) },
      { ...access, MLFLOW_TRACKING_URI: 'databricks', MLFLOW_EXPERIMENT_NAME: EXPERIMENT },
    );
    await createOwnJobs(workspace);
  });
  afterEach(async () => {
    place.remove();
    cluster.remove();
    await workspace.close();
  });
  const onCluster = () => ['--param', 'WORKFLOW=small', '--param', `LAKE=${cluster.path('lake')}`];

  it('trains a version into Production and scores with it, each task shown as it goes', async () => {
    const trained = await place.pm('jobs', 'run', 'training', ...TARGET, ...onCluster());
    expect([trained.code, trained.err]).toEqual([0, expect.stringMatching(/\d:\d\d {2}promote {2}SUCCESS/)]);
    expect(trained.out).toMatch(/^whole job +SUCCESS$/m);
    expect(trained.out).toContain('http://fake/jobs/');
    expect(await registered(cluster)).toEqual({ 1: 'Production' });
    expect(await runsOf(cluster, 'config/small.yaml')).toHaveLength(1);

    const scored = await place.json<RunDocument>('jobs', 'run', 'batch-scoring', ...TARGET, ...onCluster());
    expect(scored.tasks.map(({ taskKey, state }) => `${taskKey} ${state}`)).toEqual([
      'ingest SUCCESS',
      'features SUCCESS',
      'score SUCCESS',
    ]);
    expect((await exported(cluster, 'predictions')).length).toBeGreaterThan(100);

    const { runs } = await place.json<{ runs: { job: string; state: string }[] }>('jobs', 'runs', ...TARGET);
    expect(runs.map(({ job, state }) => `${job} ${state}`).sort()).toEqual([
      'batch-scoring SUCCESS',
      'training SUCCESS',
    ]);
  });

  it('is promoted and scored with by the same commands where the model is one of Unity Catalog', async () => {
    const catalog = cluster.inEnvironment({
      MLFLOW_REGISTRY_URI: 'databricks-uc',
      PM_REGISTERED_MODEL: 'main.default.predictive-maintenance',
    });
    const jobs = ['training', 'batch-scoring'];
    for (const job of jobs)
      expect((await catalog.pm('jobs', 'run', job, '--param', 'WORKFLOW=small')).code).toBe(0);
    expect(await registered(catalog)).toEqual({ 1: 'Production champion' });
    const [prediction] = await exported(catalog, 'predictions');
    expect(prediction).toMatchObject({ model_name: 'main.default.small', model_version: '1' });
    expect(await registered(cluster)).toEqual({});
  });

  it("ends with exit code 1, the failing task's own words and what to do where a task fails", async () => {
    const { code, out } = await place.pm(
      'jobs',
      'run',
      'batch-scoring',
      ...TARGET,
      '--param',
      'WORKFLOW=none',
    );
    expect([code, out]).toEqual([1, expect.stringContaining('── ingest: pm ingest ended with exit code 1')]);
    expect(out).toContain('config/none.yaml');
    expect(out).toMatch(/^score +UPSTREAM_FAILED$/m);
  });

  it('says what to do where a job is not deployed, or a parameter is not one of its', async () => {
    expect(await place.pm('jobs', 'run', 'training', '--target', 'prod')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Next: make deploy TARGET=prod'),
    });
    const { err } = await place.pm('jobs', 'run', 'training', ...TARGET, '--param', 'MACHINE=3');
    expect(err).toContain("has no parameter 'MACHINE'");
    expect(await place.pm('jobs', 'cancel', '42')).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no run 42'),
    });
  });

  it.each([
    ['a terminal, answered with c', 'c\n', 'CANCELED'],
    ['a terminal, answered with l', 'l\n', 'DETACHED'],
    ['a pipe', undefined, 'DETACHED'],
  ])('asks what Ctrl-C means at %s', async (_where, answer, state) => {
    const interrupt = new AbortController();
    cluster.pm = async () => {
      interrupt.abort();
      return { code: 0, out: '{}', err: '' };
    };
    Object.assign(workspace.state.options, { stepsPerLook: 2 });
    const stdin: PassThrough & { isTTY?: boolean } = new PassThrough();
    if (answer !== undefined) {
      stdin.isTTY = true;
      stdin.write(answer);
    }
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const written = Promise.all([text(stdout), text(stderr)]);
    const code = await runCommandLine(['jobs', 'run', 'training', ...TARGET, '--json'], COMMANDS, {
      cwd: place.directory,
      environment: { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: workspace.token },
      stdin,
      stdout,
      stderr,
      signal: interrupt.signal,
      now: () => new Date(),
      fetch: globalThis.fetch,
    });
    stdout.end();
    stderr.end();
    const [out, err] = await written;
    const document = JSON.parse(out) as RunDocument;
    expect([code, document.state]).toEqual([1, state]);
    expect(err.includes('[l/c]')).toBe(answer !== undefined);
    expect(err).toContain(`pm jobs cancel ${document.jobRunId}`);

    const cancelled = await place.json<RunDocument>('jobs', 'cancel', document.jobRunId);
    expect(cancelled.state).toBe('CANCELED');
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeWorkspace, startFakeWorkspace } from '../databricks/testing/fake-workspace/index.ts';
import { type BundleFolder, createBundleFolder } from '../pipelines/deploy/testing/bundle-folder.ts';
import { runOn } from './testing/cluster.ts';
import { exported, registered } from './testing/documents.ts';
import { smallWorkflow } from './testing/small-fleet.ts';
import { createWorkplace, type Workplace } from './testing/workplace.ts';

const EXPERIMENT = '/Users/planner@example.com/predictive-maintenance';

interface Deployed {
  readonly applied: boolean;
  readonly changes: readonly {
    action: string;
    kind: string;
    name: string;
    differences: readonly { field: string }[];
  }[];
}

describe('the whole line on Databricks, step by step', () => {
  let workspace: FakeWorkspace;
  let place: Workplace;
  let cluster: Workplace;
  let bundle: BundleFolder;
  let before: unknown;
  beforeAll(async () => {
    workspace = await startFakeWorkspace({ stepsPerLook: 100, runTask: runOn(() => cluster) });
    const access = { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: workspace.token };
    place = createWorkplace({}, { ...access, STORAGE_KEY: 'planted-secret-value' });
    cluster = createWorkplace(
      { small: smallWorkflow({ trees: 3, maxDepth: 4 }) },
      { ...access, MLFLOW_TRACKING_URI: 'databricks', MLFLOW_EXPERIMENT_NAME: EXPERIMENT },
    );
    bundle = createBundleFolder();
    before = contents();
  });
  afterAll(async () => {
    bundle.remove();
    place.remove();
    cluster.remove();
    await workspace.close();
  });
  /** Names and paths of all that a deployment may leave. */
  const contents = () => ({
    jobs: workspace.state.jobs.all().map(({ settings }) => settings.name),
    tree: [...workspace.state.tree.keys()].sort(),
    files: [...workspace.state.files.keys()].sort(),
    scopes: [...workspace.state.scopes.keys()],
    securables: [...workspace.state.securables.keys()].sort(),
    clusters: workspace.state.clusters.all().length,
  });
  const deploy = (...words: string[]) =>
    place.json<Deployed>('deploy', '--target', 'dev', '--bundle', bundle.directory, ...words);
  const run = (job: string) =>
    place.pm(
      'jobs',
      'run',
      job,
      '--target',
      'dev',
      '--param',
      'WORKFLOW=small',
      '--param',
      `LAKE=${cluster.path('lake')}`,
    );

  it('init finds or creates what a deployment needs, and a secret goes in unseen', async () => {
    expect((await place.pm('init', '--target', 'dev')).code).toBe(0);
    const said = await place.pm('secrets', 'put', 'storage-key', '--env', 'STORAGE_KEY', '--target', 'dev');
    expect(said.code).toBe(0);
    expect(said.out + said.err).not.toContain('planted-secret-value');
  });

  it('deploy puts code and jobs, and a second one changes nothing', async () => {
    const first = await deploy();
    expect(first.applied).toBe(true);
    expect(first.changes.filter(({ kind }) => kind === 'job').length).toBeGreaterThanOrEqual(5);
    expect(await deploy()).toMatchObject({ applied: false, changes: [] });
  });

  it('an edited cron is planned as that one field, then deployed', async () => {
    bundle.edit('jobs/batch-scoring.job.yml', (text) =>
      text.replace(/quartz_cron_expression: .*/, 'quartz_cron_expression: 0 15 5 * * ?'),
    );
    const { applied, changes } = await deploy('--plan');
    expect(applied).toBe(false);
    expect(changes.map(({ differences }) => differences.map(({ field }) => field))).toEqual([
      ['schedule.quartz_cron_expression'],
    ]);
    expect((await deploy()).changes).toHaveLength(1);
  });

  it('training ends in Production, and batch scoring scores with it', async () => {
    expect(await run('training')).toMatchObject({ code: 0 });
    expect(await registered(cluster)).toEqual({ 1: 'Production' });
    expect(await run('batch-scoring')).toMatchObject({ code: 0 });
    expect((await exported(cluster, 'predictions')).length).toBeGreaterThan(100);
  });

  it('destroy shows what would go, and leaves nothing of ours once it is confirmed', async () => {
    const words = ['destroy', '--target', 'dev', '--bundle', bundle.directory];
    expect(await place.json<Deployed>(...words)).toMatchObject({ applied: false });
    expect((await place.pm(...words, '--confirm', 'something-else')).code).toBe(2);
    expect(await place.json<Deployed>(...words, '--confirm', 'predictive-maintenance')).toMatchObject({
      applied: true,
    });
    expect(contents()).toEqual(before);
    expect(await place.json<Deployed>(...words)).toMatchObject({ changes: [] });
  });
});

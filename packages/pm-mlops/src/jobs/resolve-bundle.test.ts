import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ResolveOptions, resolveBundle } from './resolve-bundle.ts';

const repository = resolve(import.meta.dirname, '../../../..');
const CLUSTER = '0102-030405-abcdef';
const ANN: ResolveOptions = { user: 'ann.lee@example.com', variables: { cluster_id: CLUSTER } };

const jobOf = (target: string, key: string, options: ResolveOptions = ANN) =>
  resolveBundle(repository, target, options).jobs.find((job) => job.key === key)!;

describe('the bundle of this repository', () => {
  it('runs on the given cluster in dev, on a cluster of its own in staging and prod, else serverless', () => {
    const computeOf = (target: string) =>
      resolveBundle(repository, target, ANN).jobs.flatMap(({ settings }) =>
        settings.tasks.map((task) => [task.existing_cluster_id, task.job_cluster_key, task.environment_key]),
      );
    expect(new Set(computeOf('dev').map(String))).toEqual(new Set([`${CLUSTER},,`]));
    for (const target of ['staging', 'prod']) {
      expect(new Set(computeOf(target).map(String))).toEqual(new Set([',main,']));
      expect(jobOf(target, 'training').settings.job_clusters?.[0]?.new_cluster.autoscale).toEqual({
        min_workers: 1,
        max_workers: 2,
      });
    }
    expect(new Set(computeOf('serverless').map(String))).toEqual(new Set([',,']));
  });

  it('refuses to put tasks on a cluster without an id', () => {
    expect(() => resolveBundle(repository, 'dev', { user: 'ann@example.com' })).toThrow(
      /'dev' runs the job 'batch-scoring' on an existing cluster, whose id is empty/,
    );
  });

  it('in dev marks jobs with the person, and starts none by itself; in prod it does', () => {
    const dev = jobOf('dev', 'batch-scoring').settings;
    expect(dev.name).toBe('[dev ann_lee] pm_batch_scoring');
    expect([dev.tags?.dev, dev.schedule?.pause_status]).toEqual(['ann_lee', 'PAUSED']);
    const prod = jobOf('prod', 'batch-scoring').settings;
    expect(prod.name).toBe('pm_batch_scoring');
    expect([prod.tags?.dev, prod.schedule?.pause_status]).toEqual([undefined, 'UNPAUSED']);
  });

  it('tells where each notebook is and where tasks will look for it', () => {
    const { settings, notebooks } = jobOf('prod', 'training', {
      ...ANN,
      filePath: '/Workspace/releases/1a2b',
    });
    const asked = settings.tasks.map((task) => task.notebook_task?.notebook_path);
    expect(notebooks.map(({ workspacePath }) => workspacePath)).toEqual(asked);
    expect(asked[0]).toBe('/Workspace/releases/1a2b/orchestrator-notebooks/ingest');
    for (const { localPath } of notebooks) expect(existsSync(localPath)).toBe(true);
  });

  it('says what the files say, without defaults that the service fills in', () => {
    expect(jobOf('serverless', 'smoke-check').settings.tasks).toEqual([
      { task_key: 'doctor', notebook_task: expect.any(Object) },
    ]);
  });

  it('keeps the lake of a cluster in a volume', () => {
    const lakes = ['dev', 'staging', 'prod'].map(
      (target) => resolveBundle(repository, target, ANN).variables.lake,
    );
    expect(lakes).toEqual(
      ['dev', 'staging', 'prod'].map((target) => `/Volumes/main/predictive_maintenance/pm/${target}/lake`),
    );
  });
});

describe('a bundle', () => {
  const reference = (name: string) => `\${${name}}`;
  const NOTEBOOK = '# Databricks notebook source\nrun_pm(dbutils, "doctor")\n';
  const JOB = `resources:
  jobs:
    one:
      name: ${reference('var.title')}
      schedule: {quartz_cron_expression: "0 0 3 * * ?", timezone_id: UTC}
      max_concurrent_runs: ${reference('var.runs')}
      tasks:
        - {task_key: a, notebook_task: {notebook_path: n.py}}
`;
  const BUNDLE = `bundle: {name: b}
include: ["*.job.yml"]
variables:
  title: {default: "${reference('bundle.name')}-${reference('bundle.target')}-${reference('var.runs')}"}
  runs: {default: 1}
  cluster: {type: complex, default: {spark_version: x, num_workers: 1}}
targets:
  dev:
    mode: development
    workspace: {root_path: "/Workspace/Users/${reference('workspace.current_user.userName')}/x"}
    variables: {runs: 2}
  prod:
    resources:
      jobs:
        one:
          job_clusters: [{job_cluster_key: m, new_cluster: "${reference('var.cluster')}"}]
          tasks: [{task_key: a, job_cluster_key: m}]
`;
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'pm-bundle-'));
    writeFileSync(join(root, 'n.py'), NOTEBOOK);
  });
  afterAll(() => rmSync(root, { recursive: true }));

  function resolved(target: string, options: Partial<ResolveOptions> = {}, bundle = BUNDLE, job = JOB) {
    writeFileSync(join(root, 'databricks.yml'), bundle);
    writeFileSync(join(root, 'one.job.yml'), job);
    return resolveBundle(root, target, { user: 'bo@example.com', ...options });
  }

  it('takes a variable from --var, else BUNDLE_VAR_, else the target, else the default', () => {
    const runs = (options: Partial<ResolveOptions>) =>
      resolved('dev', options).jobs[0]!.settings.max_concurrent_runs;
    const environment = { BUNDLE_VAR_runs: '3' };
    expect(runs({ environment, variables: { runs: '4' } })).toBe(4);
    expect(runs({ environment })).toBe(3);
    expect(runs({})).toBe(2);
    expect(resolved('prod').jobs[0]!.settings).toMatchObject({ max_concurrent_runs: 1, name: 'b-prod-1' });
  });

  it('pauses in development what does not say otherwise', () => {
    const { workspace, jobs } = resolved('dev');
    expect(workspace.rootPath).toBe('/Workspace/Users/bo@example.com/x');
    expect(jobs[0]!.settings.schedule?.pause_status).toBe('PAUSED');
    const unpaused = JOB.replace('timezone_id: UTC', 'timezone_id: UTC, pause_status: UNPAUSED');
    expect(resolved('dev', {}, BUNDLE, unpaused).jobs[0]!.settings.schedule?.pause_status).toBe('UNPAUSED');
  });

  it('puts a variable that is a map in its place', () => {
    expect(resolved('prod').jobs[0]!.settings.job_clusters).toEqual([
      { job_cluster_key: 'm', new_cluster: { spark_version: 'x', num_workers: 1 } },
    ]);
  });

  it('takes what a target declares anew for its value, and a map without a default for the value itself', () => {
    const declared = (value: string) =>
      resolved('dev', {}, BUNDLE.replace('variables: {runs: 2}', `variables: ${value}`)).variables;
    expect(declared('{runs: {description: more, default: 3}}').runs).toBe(3);
    expect(declared('{cluster: {spark_version: z}}').cluster).toEqual({ spark_version: 'z' });
  });

  it('reaches into variables that hold others, however deep', () => {
    const nested = BUNDLE.replace(
      '  cluster:',
      `  sizes: {type: complex, default: {small: ["${reference('var.runs')}", 5]}}\n  cluster:`,
    );
    const job = JOB.replace(reference('var.runs'), reference('var.sizes.small[0]'));
    expect(resolved('dev', {}, nested, job).jobs[0]!.settings.max_concurrent_runs).toBe(2);
  });

  it.each<[string, string, string, RegExp]>([
    [
      'a variable that names itself',
      'default: 1}',
      `default: "${reference('var.title')}"}`,
      /databricks\.yml:4:3: .*has no value/,
    ],
    [
      'a fault in what a target says',
      'job_cluster_key: m}]\n',
      'job_cluster_kee: m}]\n',
      /databricks\.yml:17:33: .*job_cluster_kee: is not a known field/,
    ],
    [
      'a reference without a value in a target',
      'job_cluster_key: m}]\n',
      `job_cluster_key: "${reference('var.no')}"}]\n`,
      /databricks\.yml:17:33: .*\$\{var\.no\} has no value/,
    ],
    [
      'a job that no file has',
      '        one:\n          job_clusters',
      '        oen:\n          job_clusters',
      /databricks\.yml:15:9: .*oen: no file has this job.*Jobs: one/s,
    ],
    [
      'a cluster that only another target has',
      'job_clusters: [{job_cluster_key: m,',
      'job_clusters: [{job_cluster_key: other,',
      /databricks\.yml:17:33: .*'m' is not defined/,
    ],
  ])('tells line and column of %s', (_, from, to, message) => {
    expect(BUNDLE).toContain(from);
    expect(() => resolved('prod', {}, BUNDLE.replace(from, to))).toThrow(message);
  });

  it('refuses a variable that nobody declared, and two jobs of one name', () => {
    expect(() => resolved('prod', { variables: { rns: '1' } })).toThrow("declares no variable 'rns'");
    const twins = JOB + JOB.replace(/^resources:\n {2}jobs:\n/, '').replace('one:', 'two:');
    expect(() => resolved('prod', {}, BUNDLE, twins)).toThrow("one.job.yml has a job named 'b-prod-1' too");
  });

  it('resolves a copy of the repository alike wherever it stands', () => {
    const copy = mkdtempSync(join(tmpdir(), 'pm-bundle-'));
    for (const name of ['databricks.yml', 'jobs', 'orchestrator-notebooks']) {
      cpSync(join(repository, name), join(copy, name), { recursive: true });
    }
    const settings = (directory: string) =>
      resolveBundle(directory, 'prod', ANN).jobs.map((job) => job.settings);
    expect(settings(copy)).toEqual(settings(repository));
    expect(readFileSync(join(copy, 'databricks.yml'), 'utf8')).not.toContain('host:');
    rmSync(copy, { recursive: true });
  });
});

import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pythonFor } from 'pm-core/testing';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Job } from './job-schema.ts';
import { resolveBundle } from './resolve-bundle.ts';

const repository = resolve(import.meta.dirname, '../../../..');
const python = pythonFor('requirements-bundles.txt');

/** What the strict models of databricks-bundles say of jobs: a fault, or null. */
function judged(jobs: Readonly<Record<string, unknown>>): Record<string, string | null> {
  const script = join(import.meta.dirname, 'testing/python/load_jobs.py');
  return JSON.parse(execFileSync(python!, [script], { encoding: 'utf8', input: JSON.stringify(jobs) }));
}

const acceptedByAll = (jobs: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.keys(jobs).map((name) => [name, null]));

const TASK = { task_key: 'a', notebook_task: { notebook_path: 'n' } };
const JOB = { name: 'j', tasks: [TASK] };
const withTask = (fields: Readonly<Record<string, unknown>>) => ({ ...JOB, tasks: [{ ...TASK, ...fields }] });
const cluster = (fields: Readonly<Record<string, unknown>>) =>
  withTask({ new_cluster: { spark_version: '16.4.x-scala2.12', ...fields } });

const GOOD = {
  plain: JOB,
  'a schedule': {
    ...JOB,
    schedule: { quartz_cron_expression: '0 0 3 * * ?', timezone_id: 'UTC', pause_status: 'PAUSED' },
  },
  'a trigger': {
    ...JOB,
    trigger: { file_arrival: { url: '/Volumes/a/b/c/', min_time_between_triggers_seconds: 60 } },
  },
  'tables that change': {
    ...JOB,
    trigger: { table_update: { table_names: ['a.b.c'], condition: 'ANY_UPDATED' } },
  },
  continuous: { ...JOB, continuous: { pause_status: 'PAUSED', task_retry_mode: 'ON_FAILURE' } },
  notifications: {
    ...JOB,
    email_notifications: { on_failure: ['a@example.com'], no_alert_for_skipped_runs: true },
    webhook_notifications: { on_failure: [{ id: 'w' }] },
    notification_settings: { no_alert_for_canceled_runs: true },
  },
  health: { ...JOB, health: { rules: [{ metric: 'RUN_DURATION_SECONDS', op: 'GREATER_THAN', value: 60 }] } },
  'a cluster': cluster({
    node_type_id: 'x',
    autoscale: { min_workers: 1, max_workers: 2 },
    data_security_mode: 'SINGLE_USER',
    azure_attributes: { availability: 'SPOT_WITH_FALLBACK_AZURE', spot_bid_max_price: -1 },
    init_scripts: [{ volumes: { destination: '/Volumes/a/b/c/init.sh' } }],
    spark_env_vars: { A: 'b' },
  }),
  libraries: withTask({ libraries: [{ pypi: { package: 'numpy' } }, { whl: '/a.whl' }] }),
  'an environment': {
    ...withTask({ environment_key: 'e' }),
    environments: [{ environment_key: 'e', spec: { environment_version: '3', dependencies: ['numpy'] } }],
  },
  'a git source': {
    ...JOB,
    git_source: { git_url: 'https://x', git_provider: 'gitHub', git_branch: 'main' },
  },
  'who runs it': { ...JOB, run_as: { service_principal_name: 's' }, performance_target: 'STANDARD' },
  permissions: { ...JOB, permissions: [{ level: 'CAN_VIEW', group_name: 'users' }] },
  retries: withTask({
    max_retries: -1,
    min_retry_interval_millis: 5,
    retry_on_timeout: true,
    run_if: 'ALL_DONE',
  }),
};

const BAD = {
  'a misspelt field': { ...JOB, max_concurent_runs: 1 },
  'a misspelt field of a task': withTask({ max_retrys: 1 }),
  'a misspelt field of a cluster': cluster({ num_wrkers: 1 }),
  'a misspelt field of a notebook': withTask({ notebook_task: { notebook_path: 'n', parameters: {} } }),
  'a number that is none': { ...JOB, max_concurrent_runs: 'one' },
  'a schedule without a time zone': { ...JOB, schedule: { quartz_cron_expression: '0 0 3 * * ?' } },
  'an unknown pause status': {
    ...JOB,
    schedule: { quartz_cron_expression: '0 0 3 * * ?', timezone_id: 'UTC', pause_status: 'OFF' },
  },
  'an unknown run_if': withTask({ run_if: 'SOMETIMES' }),
  'an unknown health metric': {
    ...JOB,
    health: { rules: [{ metric: 'RAIN', op: 'GREATER_THAN', value: 1 }] },
  },
  'an unknown unit': { ...JOB, trigger: { periodic: { interval: 1, unit: 'YEARS' } } },
  'an unknown level': { ...JOB, permissions: [{ level: 'CAN_FLY', group_name: 'users' }] },
  'a queue that says nothing': { ...JOB, queue: {} },
  'a parameter without a default': { ...JOB, parameters: [{ name: 'P' }] },
  'an arrival nowhere': { ...JOB, trigger: { file_arrival: {} } },
  'a task without a key': { ...JOB, tasks: [{ notebook_task: { notebook_path: 'n' } }] },
  'addresses that are no list': { ...JOB, email_notifications: { on_failure: 'a@example.com' } },
};

describe.skipIf(python === undefined)('databricks-bundles (needs Python ≥ 3.11)', () => {
  it('takes each job file as it is, its references unresolved', () => {
    const jobs = Object.assign(
      {},
      ...globSync('jobs/*.job.yml', { cwd: repository }).map(
        (file) => parse(readFileSync(join(repository, file), 'utf8')).resources.jobs,
      ),
    );
    expect(Object.keys(jobs)).toEqual(expect.arrayContaining(['training', 'batch-scoring', 'smoke-check']));
    expect(judged(jobs)).toEqual(acceptedByAll(jobs));
  });

  it.each(['dev', 'serverless', 'staging', 'prod'])('takes what the target %s makes of them', (target) => {
    const { jobs } = resolveBundle(repository, target, {
      user: 'ann@example.com',
      variables: { cluster_id: 'c' },
    });
    const settings = Object.fromEntries(jobs.map((job) => [job.key, job.settings]));
    expect(judged(settings)).toEqual(acceptedByAll(settings));
  });

  it('takes what our schema takes', () => {
    expect(judged(GOOD)).toEqual(acceptedByAll(GOOD));
    for (const [name, job] of Object.entries(GOOD))
      expect([name, Job.safeParse(job).error]).toEqual([name, undefined]);
  });

  it('refuses what our schema refuses', () => {
    expect(Object.entries(judged(BAD)).filter(([, fault]) => fault === null)).toEqual([]);
    for (const [name, job] of Object.entries(BAD))
      expect([name, Job.safeParse(job).success]).toEqual([name, false]);
  });
});

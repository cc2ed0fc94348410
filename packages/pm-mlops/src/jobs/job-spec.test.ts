import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from 'pm-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBundle } from './bundle.ts';
import { bundleValues } from './bundle-values.ts';
import { formatFault } from './fault.ts';
import { validateJob } from './job-spec.ts';
import { checkJobs, loadJob, loadJobs } from './load-jobs.ts';

const repository = resolve(import.meta.dirname, '../../../..');
const TRAINING = readFileSync(join(repository, 'jobs/training.job.yml'), 'utf8');
const SCORING = readFileSync(join(repository, 'jobs/batch-scoring.job.yml'), 'utf8');

const bundle = { root: repository, values: bundleValues(readBundle(repository), 'local', {}) };
/** Of the dev target; a person gives it. */
const CLUSTER = { variables: { cluster_id: '0102-030405-abcdef' } };

const reference = (name: string) => `\${${name}}`;

/** Faults of a job file after replacing a text that must be in it. */
function faultsAfter(text: string, from: string, to: string): string[] {
  expect(text).toContain(from);
  const { jobs, faults } = validateJob(
    text.replace(from, () => to),
    'jobs/x.job.yml',
    bundle,
  );
  expect(jobs.length === 0).toBe(faults.length > 0);
  return faults.map(formatFault);
}

/** Line and column, from 1, where a text first stands. */
function positionOf(text: string, part: string): string {
  const before = text.slice(0, text.indexOf(part)).split('\n');
  return `jobs/x.job.yml:${before.length}:${before.at(-1)!.length + 1}: `;
}

const JOBS = ['batch-scoring', 'full-scoring-workflow', 'promotion', 'smoke-check', 'training', 'tuning'];
const TARGETS = ['local', 'dev', 'serverless', 'staging', 'prod'];

describe('the jobs of this repository', () => {
  it.each(TARGETS)('are whole for the target %s', (target) => {
    const jobs = loadJobs(repository, target, CLUSTER);
    expect(jobs.map((job) => job.name)).toEqual(JOBS);
    for (const job of jobs) expect(job.file).toBe(`jobs/${job.name}.job.yml`);
  });

  it('stop short of Production on prod, where a person promotes', () => {
    const promoteTo = (target: string) =>
      loadJob(repository, 'training', target, CLUSTER).job.parameters.find((p) => p.name === 'promoteTo')
        ?.default;
    expect(['local', 'dev', 'prod'].map(promoteTo)).toEqual(['Production', 'Production', 'Staging']);
  });

  it('run the command that their notebook is named after', () => {
    for (const { job, commands } of loadJobs(repository)) {
      for (const task of job.tasks) {
        const notebook = task.notebook_task!.notebook_path.replace(/^.*\/(.*)\.py$/, '$1');
        if (notebook === 'full_scoring_workflow')
          expect(commands[task.task_key]).toBe('jobs run batch-scoring');
        else expect(commands[task.task_key]).toBe(notebook);
      }
    }
  });
});

describe('a fault in a job file is told with its line, its column and what to do', () => {
  const featuresTask = TRAINING.slice(TRAINING.indexOf('        - task_key: features'));

  it.each<[string, string, string, string, RegExp]>([
    [
      'a misspelt field',
      TRAINING,
      'max_concurrent_runs',
      'max_concurent_runs',
      /max_concurent_runs: is not a known field/,
    ],
    [
      'a field of the wrong type',
      TRAINING,
      'max_concurrent_runs: 1',
      'max_concurrent_runs: one',
      /must be a number, not 'one'/,
    ],
    [
      'a key given twice in YAML',
      TRAINING,
      'name: pm_training',
      'name: a\n      name: b',
      /keys must be unique/i,
    ],
    [
      'a task key given twice',
      TRAINING,
      'task_key: promote\n',
      'task_key: train\n',
      /'train' is given twice/,
    ],
    [
      'a ghost dependency',
      TRAINING,
      'task_key: ingest}',
      'task_key: ingst}',
      /no task has the key 'ingst'.*Tasks: ingest, features/s,
    ],
    [
      'a circle',
      TRAINING,
      '- task_key: ingest\n',
      '- task_key: ingest\n          depends_on: [{task_key: promote}]\n',
      /in a circle: ingest → promote → evaluate → train → features → ingest/,
    ],
    [
      'a task without a type',
      TRAINING,
      featuresTask.slice(0, featuresTask.indexOf('        - task_key: train')),
      '        - task_key: features\n',
      /'features' has no task type/,
    ],
    [
      'a task with two types',
      TRAINING,
      '          notebook_task:',
      '          sql_task: {}\n          notebook_task:',
      /'ingest' has notebook_task and sql_task.*one notebook_task/s,
    ],
    ['a notebook that is not there', TRAINING, 'ingest.py', 'ingst.py', /ingst\.py does not exist/],
    [
      'a notebook that is none of ours',
      TRAINING,
      'orchestrator-notebooks/ingest.py',
      'orchestrator-notebooks/pm_command.py',
      /does not begin with the line '# Databricks notebook source'/,
    ],
    [
      'a parameter that is no widget',
      TRAINING,
      'replace: "true"',
      'replce: "true"',
      /replce: the notebook has no widget 'replce'.*the notebook's widget 'replace' is not given.*Add replace: ""/s,
    ],
    [
      'an unknown variable',
      TRAINING,
      'var.promote_to',
      'var.promote',
      /\$\{var\.promote\} has no value in target 'local'.*a default in databricks\.yml/s,
    ],
    [
      'another unknown reference',
      TRAINING,
      reference('var.promote_to'),
      reference('workspace.current_user.id'),
      /\$\{workspace\.current_user\.id\} has no value/,
    ],
    [
      'the id of another resource',
      TRAINING,
      reference('var.promote_to'),
      reference('resources.jobs.training.id'),
      /\$\{resources\.jobs\.training\.id\} has no value.*known only after a deploy/s,
    ],
    [
      'a job parameter that hides a widget',
      TRAINING,
      'name: SOURCE,',
      'name: source,',
      /a job parameter 'source' would hide this value.*rename the job parameter/s,
    ],
    [
      'a cluster of a fixed and a growing size',
      TRAINING,
      '- task_key: ingest\n',
      '- task_key: ingest\n          new_cluster: {spark_version: x, num_workers: 1, autoscale: {min_workers: 1, max_workers: 2}}\n',
      /has num_workers and autoscale/,
    ],
    [
      'a cluster that shrinks as it grows',
      TRAINING,
      '- task_key: ingest\n',
      '- task_key: ingest\n          new_cluster: {spark_version: x, autoscale: {min_workers: 3, max_workers: 2}}\n',
      /min_workers: is more than max_workers/,
    ],
    [
      'a misspelt field of a cluster',
      TRAINING,
      '- task_key: ingest\n',
      '- task_key: ingest\n          new_cluster: {spark_version: x, num_wrkers: 1}\n',
      /num_wrkers: is not a known field/,
    ],
    [
      'a schedule and a trigger',
      SCORING,
      '      schedule:\n',
      '      trigger: {file_arrival: {url: /Volumes/a/b/raw/}}\n      schedule:\n',
      /the job has schedule and trigger/,
    ],
    [
      'a trigger that waits for nothing',
      TRAINING,
      '      tasks:\n',
      '      trigger: {pause_status: PAUSED}\n      tasks:\n',
      /has nothing to wait for/,
    ],
    [
      'the arrival of files in no folder',
      TRAINING,
      '      tasks:\n',
      '      trigger: {file_arrival: {url: /Volumes/a/b/raw}}\n      tasks:\n',
      /no folder that can be watched/,
    ],
    [
      'an unknown job parameter',
      TRAINING,
      '{{job.parameters.SOURCE}}',
      '{{job.parameters.SURCE}}',
      /no parameter 'SURCE'.*MACHINES, SOURCE/s,
    ],
    [
      'an unknown run reference',
      TRAINING,
      '{{job.parameters.SOURCE}}',
      '{{job.start}}',
      /\{\{job\.start\}\} cannot be resolved/,
    ],
    [
      'a value of a task that runs later',
      TRAINING,
      '{{job.parameters.SOURCE}}',
      '{{tasks.train.values.x}}',
      /'train' does not run before this task.*depends_on of 'ingest'/s,
    ],
    [
      'two kinds of compute',
      TRAINING,
      '- task_key: ingest\n',
      '- task_key: ingest\n          existing_cluster_id: a\n          environment_key: b\n',
      /has existing_cluster_id and environment_key/,
    ],
    [
      'an undefined cluster',
      TRAINING,
      '- task_key: ingest\n',
      '- task_key: ingest\n          job_cluster_key: big\n',
      /'big' is not defined.*job_clusters/s,
    ],
    ['a Unix cron', SCORING, '0 0 6,18 * * ?', '0 6 * * *', /has 5 fields/],
    ['a cron without ?', SCORING, '0 0 6,18 * * ?', '0 30 2,7,11,15 * * *', /needs '\?' in exactly one/],
    [
      'an unknown time zone',
      SCORING,
      'timezone_id: UTC',
      'timezone_id: Mars/Base',
      /'Mars\/Base' is no time zone/,
    ],
    [
      'an unknown pause status',
      SCORING,
      `pause_status: ${reference('var.schedule_status')}\n      parameters`,
      'pause_status: OFF\n      parameters',
      /PAUSED/,
    ],
  ])('%s', (_, text, from, to, message) => {
    const faults = faultsAfter(text, from, to);
    expect(faults.join('\n')).toMatch(message);
    for (const fault of faults) expect(fault).toMatch(/^jobs\/x\.job\.yml:[1-9]\d*:[1-9]\d*: /);
  });

  it.each([
    ['max_concurrent_runs', 'max_concurent_runs'],
    ['task_key: ingest}', 'task_key: ingst}'],
    ['replace: "true"', 'replce: "true"'],
    ['source: "{{job.parameters.SOURCE}}"', 'source: "{{job.parameters.SURCE}}"'],
    ['notebook_path: ../orchestrator-notebooks/ingest.py', 'notebook_path: ../ingest.py'],
  ])('points at the key itself: %s', (from, to) => {
    expect(faultsAfter(TRAINING, from, to)[0]).toContain(positionOf(TRAINING, from));
  });

  it('all of a file at once', () => {
    const text = TRAINING.replace('queue:', 'queeu:');
    expect(faultsAfter(text, 'description:', 'descripton:')).toHaveLength(2);
  });
});

describe('a job file', () => {
  it('may wait for files in place of its cron, as its comment says', () => {
    const [before, comment, rest] = SCORING.split(/( +# +trigger:(?:.|\n)*?)(?= +schedule:)/);
    const trigger = comment!.replaceAll(/^ {6}# {3}/gm, '      ');
    const text = `${before}${trigger}${rest!.replace(/^ +schedule:\n( {8}.*\n)+/, '')}`;
    const { jobs, faults } = validateJob(text, 'jobs/x.job.yml', bundle);
    expect(faults).toEqual([]);
    expect([jobs[0]!.job.schedule, jobs[0]!.job.trigger?.pause_status]).toEqual([undefined, 'PAUSED']);
  });
});

describe('loading', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'pm-jobs-'));
    for (const name of ['databricks.yml', 'jobs', 'orchestrator-notebooks']) {
      cpSync(join(repository, name), join(root, name), { recursive: true });
    }
    writeFileSync(join(root, 'jobs/training.job.yml'), TRAINING.replace('tasks:', 'taskz:'));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it('refuses a faulty job and still gives the others', () => {
    expect(() => loadJobs(root)).toThrow(/jobs\/training\.job\.yml:\d+:7: .*taskz: is not a known field/);
    expect(() => loadJob(root, 'training')).toThrow(UserError);
    expect(loadJob(root, 'batch-scoring').name).toBe('batch-scoring');
    expect(checkJobs(root).jobs.map((job) => job.name)).toEqual(JOBS.filter((name) => name !== 'training'));
  });

  it('refuses two jobs of one key, or of one name, in two files', () => {
    const twin = join(root, 'jobs/twin.job.yml');
    writeFileSync(twin, SCORING);
    const said = () => checkJobs(root).faults.map(formatFault).join('\n');
    const first = 'jobs/batch-scoring.job.yml has a job';
    expect(said()).toContain(
      `jobs/twin.job.yml:4:5: resources.jobs.batch-scoring: ${first} 'batch-scoring' too`,
    );
    writeFileSync(twin, SCORING.replace('batch-scoring:', 'twin:'));
    expect(said()).toContain(
      `jobs/twin.job.yml:5:7: resources.jobs.twin.name: ${first} named 'pm_batch_scoring'`,
    );
    rmSync(twin);
  });

  it('names what there is when asked for what there is not', () => {
    expect(nextOf(() => loadJob(repository, 'trainig'))).toBe(`Choose one of: ${JOBS.join(', ')}.`);
    expect(nextOf(() => loadJobs(repository, 'production'))).toBe(`Choose one of ${TARGETS.join(', ')}.`);
    expect(nextOf(() => loadJobs(join(repository, 'jobs')))).toMatch(/next to jobs/);
  });

  it('tells line and column of a fault in databricks.yml', () => {
    const own = mkdtempSync(join(tmpdir(), 'pm-jobs-'));
    writeFileSync(join(own, 'databricks.yml'), 'bundle:\n  name: x\n  nam: y\ntargets: {}\n');
    expect(() => loadJobs(own)).toThrow(/databricks\.yml:3:3: bundle\.nam: is not a known field/);
    rmSync(own, { recursive: true });
  });
});

function nextOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    return (error as UserError).next;
  }
  throw new Error('it did not throw');
}

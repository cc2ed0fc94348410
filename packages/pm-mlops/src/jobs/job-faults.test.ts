import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatFault } from './fault.ts';
import { validateJob } from './job-spec.ts';

const repository = resolve(import.meta.dirname, '../../../..');
const SCORING = readFileSync(join(repository, 'jobs/batch-scoring.job.yml'), 'utf8');
const values = new Map<string, unknown>([
  ['bundle.name', 'b'],
  ['bundle.target', 'local'],
  ['var.lake', './lake'],
  ['var.secret_scope', 'scope'],
  ['var.retries', 0],
  ['var.schedule_status', 'PAUSED'],
  ['var.alert_emails', ['ann@example.com', 'bo@example.com']],
]);

const reference = (name: string) => `\${${name}}`;

/** What is said of the job of batch scoring after a text in it was replaced; '' if nothing is. */
function saidAfter(from: string, to: string): string {
  expect(SCORING).toContain(from);
  const text = SCORING.replace(from, () => to);
  return validateJob(text, 'jobs/x.job.yml', { root: repository, values }).faults.map(formatFault).join('\n');
}

const CRON = '0 0 6,18 * * ?';
const FIRST = '- task_key: ingest\n';
const RETRIES = `max_retries: ${reference('var.retries')}`;
const SECOND = 'depends_on: [{task_key: ingest}]';
const inFirst = (line: string) => `${FIRST}          ${line}\n`;
const inJob = (line: string) => `      queue: {enabled: true}\n      ${line}\n`;
const QUEUE = '      queue: {enabled: true}\n';
/** In place of the comment above it, so that the job still starts in one way. */
const SCHEDULE = SCORING.slice(SCORING.indexOf('      schedule:'), SCORING.indexOf('      parameters:'));

describe('a fault is told with what to do', () => {
  it.each<[string, string, string, string]>([
    ['a text for a number', 'timeout_seconds: 7200', 'timeout_seconds: "7200"', 'Write it without quotes.'],
    ['a number for a text', 'scoring: "true"', 'scoring: 3', 'must be a text, not 3\n    Put it in quotes.'],
    ['no value', 'scoring: "true"', 'scoring:', 'must be a text, not nothing\n    Give it a value'],
    ['a text for a list', SECOND, 'depends_on: ingest', "must be a list, not 'ingest'"],
    ['texts for maps', SECOND, 'depends_on: [ingest]', 'depends_on.0: must be a map'],
    [
      'a missing field',
      '{name: MACHINES, default: ""}',
      '{name: MACHINES}',
      'default: is missing\n    Add it',
    ],
    ['a word in other letters', 'op: GREATER_THAN', 'op: greater_than', 'Write GREATER_THAN.'],
    ['an unknown word', FIRST, inFirst('run_if: ALWAYS'), 'Choose one of ALL_SUCCESS, '],
    ['fewer retries than none', RETRIES, 'max_retries: -2', 'must be at least -1, not -2'],
    ['a duration of nothing', 'value: 3600', 'value: 0', 'must be at least 1, not 0'],
    ['broken YAML, once', '      name: pm_', '     name: pm_', 'Look at the indentation'],
    ['an alias of nothing', 'name: pm_batch_scoring', 'name: *other', '*other refers to nothing'],
    ['a folder as a notebook', '/ingest.py', '', '../orchestrator-notebooks is a folder'],
    ['a notebook from elsewhere', '/ingest.py', '/ingest.py\n            source: GIT', 'Take it away'],
    ['a task that waits for itself', SECOND, 'depends_on: [{task_key: features}]', 'features → features'],
    [
      'a dependency given twice',
      SECOND,
      'depends_on: [{task_key: ingest}, {task_key: ingest}]',
      'given twice',
    ],
    ['the outcome of a notebook', SECOND, 'depends_on: [{task_key: ingest, outcome: "true"}]', 'no outcome'],
    [
      'a cluster of no size',
      FIRST,
      inFirst('new_cluster: {spark_version: x}'),
      'Give num_workers, autoscale',
    ],
    ['a permission of nobody', QUEUE, inJob('permissions: [{level: CAN_VIEW}]'), 'names nobody'],
    ['two to run as', QUEUE, inJob('run_as: {user_name: a, group_name: b}'), 'has user_name and group_name'],
    [
      'two owners',
      QUEUE,
      inJob('permissions: [{level: IS_OWNER, user_name: a}, {level: IS_OWNER, user_name: b}]'),
      'permissions.1.level: is a second owner',
    ],
    [
      'mail to nowhere',
      'no_alert_for_skipped_runs',
      'on_start: [ann]\n        no_alert_for_skipped_runs',
      'e-mail',
    ],
    [
      'files from nowhere',
      SCHEDULE,
      '      trigger: {file_arrival: {url: "abfss:///"}}\n',
      'no folder that can be watched',
    ],
    [
      'a wait shorter than a minute',
      SCHEDULE,
      '      trigger: {file_arrival: {url: /Volumes/a/b/c/, wait_after_last_change_seconds: 10}}\n',
      'must be at least 60, not 10',
    ],
    ['an open reference', reference('bundle.name'), reference('bundle.name').slice(0, -1), 'is not closed'],
    ['an open {{', '{{job.parameters.SOURCE}}', '{{job.parameters.SOURCE}', 'has a {{ without }}'],
    [
      'a list within a text',
      'description: ',
      `description: to ${reference('var.alert_emails')}, `,
      'name a part of it',
    ],
    [
      'a time zone in other letters',
      'timezone_id: UTC',
      'timezone_id: europe/berlin',
      'written Europe/Berlin',
    ],
    ['an offset for a time zone', 'timezone_id: UTC', 'timezone_id: "+02:00"', 'For example: UTC'],
    ['days that no month has', CRON, '0 0 6 31 2,4 ?', 'fits no day of any year'],
    ['years backwards', CRON, '0 0 6 * * ? 2028-2026', "'2028-2026' is no year"],
    ['every day twice over', CRON, '0 0 6 * * *', "needs '?' in exactly one"],
    ['no day at all', CRON, '0 0 6 ? * ?', "needs '?' in exactly one"],
    ['a list of last days', CRON, '0 0 6 15,L * ?', "has 'L' in a list"],
    ['a list of workdays', CRON, '0 0 6 1,15W * ?', "has '15W' in a list"],
    ['a list of Fridays', CRON, '0 0 6 ? * FRI#1,FRI#3', "has 'FRI#1' in a list"],
  ])('%s', (_, from, to, message) => {
    const said = saidAfter(from, to);
    expect(said).toContain(message);
    for (const line of said.split('\n'))
      expect(line).toMatch(/^jobs\/x\.job\.yml:[1-9]\d*:[1-9]\d*: |^ {4}\S/);
  });

  it.each<[string, string, string]>([
    ['the last day', CRON, '0 0 6 L * ?'],
    ['the second Friday of some years', CRON, '0 0 6 ? * FRI#2 2026-2028'],
    ['hours over midnight', CRON, '0 0 22-2 * * ?'],
    ['a part of a list', 'description: ', `description: to ${reference('var.alert_emails[1]')}, `],
    ['retries without end', RETRIES, 'max_retries: -1'],
    [
      'cloud storage',
      SCHEDULE,
      '      trigger: {file_arrival: {url: "abfss://c@a.dfs.core.windows.net/raw/"}}\n',
    ],
    ['a merged map', 'tags: {', 'tags: {<<: {team: pumps}, '],
  ])('but none is seen in %s', (_, from, to) => {
    expect(saidAfter(from, to)).toBe('');
  });
});

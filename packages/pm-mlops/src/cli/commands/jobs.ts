import { UserError } from 'pm-core';
import type { FireTime, Job, JobSpec } from '../../jobs/index.ts';
import { defineCommand } from '../command.ts';
import { isForPeople } from '../error-kinds.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { ReaderLeft } from '../reader-left.ts';
import { formatTable } from '../text-table.ts';
import { UsageError } from '../usage-error.ts';

const target = { type: 'string', default: 'local', describe: 'target of databricks.yml' } as const;
const jobName = { type: 'string', positional: 'required', describe: 'job, such as training' } as const;

export const jobsList = defineCommand({
  name: 'jobs list',
  describe: 'the jobs of jobs/*.job.yml',
  examples: [['jobs list', 'names and tasks']],
  options: { target },
  async run(args, { environment }) {
    const { loadJobs } = await import('../../jobs/index.ts');
    const jobs = loadJobs(PACKAGE_ROOT, args.target, { environment }).map(({ name, file, job }) => ({
      name,
      file,
      tasks: taskKeys(job),
      description: job.description,
    }));
    const text = formatTable(jobs, [
      { heading: 'job', cell: (job) => job.name },
      { heading: 'tasks', cell: (job) => job.tasks.join(' → ') },
      { heading: 'description', cell: (job) => job.description ?? '' },
    ]);
    return { json: { jobs }, text };
  },
});

export const jobsShow = defineCommand({
  name: 'jobs show',
  describe: 'one job: its parameters, schedule and tasks',
  examples: [['jobs show training', 'what make run-training runs']],
  options: { name: jobName, target },
  async run(args, { now, environment }) {
    const { loadJob, nextFireTimes } = await import('../../jobs/index.ts');
    const spec = loadJob(PACKAGE_ROOT, args.name, args.target, { environment });
    const { schedule } = spec.job;
    const starts =
      schedule === undefined
        ? []
        : nextFireTimes(schedule.quartz_cron_expression, schedule.timezone_id, now(), SHOWN_STARTS);
    return {
      json: { name: spec.name, file: spec.file, commands: spec.commands, job: spec.job, starts },
      text: jobText(spec, starts),
    };
  },
});

export const jobsValidate = defineCommand({
  name: 'jobs validate',
  describe: 'check every job file against its schema and rules',
  examples: [['jobs validate', 'exit code 1 and file:line:column of each fault']],
  options: { target },
  async run(args, { environment }) {
    const { checkJobs, formatFault } = await import('../../jobs/index.ts');
    const { jobs, faults } = checkJobs(PACKAGE_ROOT, args.target, { environment });
    const text = faults.length === 0 ? `${jobs.length} jobs are valid.` : faults.map(formatFault).join('\n');
    return {
      json: { jobs: jobs.map(({ name }) => name), faults },
      text,
      exitCode: faults.length === 0 ? 0 : 1,
    };
  },
});

export const jobsRun = defineCommand({
  name: 'jobs run',
  describe: 'run a job, here or on Databricks, and watch its tasks',
  examples: [
    ['jobs run training --target local', 'make run-training'],
    ['jobs run training --target dev', 'the deployed job; exit code 0 only if it did its work'],
    ['jobs run training --param SOURCE=./data --param LAKE=./lake', 'on files of your own'],
  ],
  options: {
    name: jobName,
    target,
    param: { type: 'string', repeatable: true, describe: 'job parameter as NAME=VALUE' },
    timeout: {
      type: 'integer',
      least: 1,
      describe: 'minutes to watch a run on Databricks, which then goes on unwatched',
    },
  },
  async run(args, context) {
    const { formatJobRun, loadJob, LOCAL_TARGET, runJobLocally } = await import('../../jobs/index.ts');
    if (args.target !== LOCAL_TARGET) {
      const { name, target, param, timeout: timeoutMinutes } = args;
      const { runDeployedJob } = await import('../run-deployed-job.ts');
      return runDeployedJob({ name, target, parameters: parameters(param), timeoutMinutes }, context);
    }
    const run = await runJobLocally(loadJob(PACKAGE_ROOT, args.name, args.target), {
      parameters: parameters(args.param),
      signal: context.signal,
      checkFlags: context.checkCommand,
      runCommand: context.runCommand,
      onTaskStart: ({ task_key }) => context.log(`\n── ${task_key}`),
      onTaskEnd: ({ error }) => {
        if (error !== undefined && !context.signal.aborted) context.log(failureText(error));
      },
    });
    if (context.signal.reason instanceof ReaderLeft) throw context.signal.reason;
    context.log('');
    const tasks = run.tasks.map(({ error, ...task }) => ({
      ...task,
      ...(error === undefined ? {} : { error: failureText(error) }),
    }));
    return { json: { ...run, tasks }, text: formatJobRun(run), exitCode: run.exitCode === 0 ? 0 : 1 };
  },
});

function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const next = error instanceof UserError && error.next !== undefined ? `\nNext: ${error.next}` : '';
  return `${isForPeople(error) ? error.message : (error.stack ?? error.message)}${next}`;
}

function parameters(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
      if (name !== undefined && value !== undefined) return [name, value];
      throw new UsageError(`--param ${word} is not of the form NAME=VALUE.`);
    }),
  );
}

/** How many of a schedule's next starts are shown. */
const SHOWN_STARTS = 5;

const CLOCKS = {
  skip: 'not at all: the clocks skip this time. Choose another, or the time zone UTC.',
  repeat: 'the clocks show this time twice. Choose another, or the time zone UTC.',
};

function startsText(starts: readonly FireTime[], timeZone: string): string {
  if (starts.length === 0) return 'next: never. Its years are over.';
  return formatTable(starts, [
    { heading: 'next in UTC', cell: ({ at }) => at?.toISOString().slice(0, 19).replace('T', ' ') ?? '–' },
    { heading: `in ${timeZone}`, cell: ({ local }) => local },
    { heading: '', cell: ({ clocks }) => (clocks === undefined ? '' : CLOCKS[clocks]) },
  ]);
}

const taskKeys = (job: Job): string[] => job.tasks.map(({ task_key }) => task_key);

function jobText({ name, file, job, commands }: JobSpec, starts: readonly FireTime[]): string {
  const parameterLines = job.parameters.map(
    (one) => `  ${one.name} = ${one.default === '' ? "''" : one.default}`,
  );
  const schedule =
    job.schedule &&
    `${job.schedule.quartz_cron_expression} ${job.schedule.timezone_id} (${job.schedule.pause_status ?? 'UNPAUSED'})`;
  const tasks = formatTable(job.tasks, [
    { heading: 'task', cell: (task) => task.task_key },
    { heading: 'after', cell: (task) => task.depends_on.map(({ task_key }) => task_key).join(', ') },
    { heading: 'command', cell: (task) => `pm ${commands[task.task_key]}` },
  ]);
  return [
    `${name} (${file}): ${job.description ?? ''}`,
    ...(schedule ? [`schedule: ${schedule}`, startsText(starts, job.schedule!.timezone_id)] : []),
    'parameters:',
    ...parameterLines,
    '',
    tasks,
  ].join('\n');
}

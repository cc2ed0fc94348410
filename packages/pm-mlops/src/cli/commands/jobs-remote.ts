import { UserError } from 'pm-core';
import { defineCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { formatInstant } from '../format-instant.ts';
import { openJob } from '../open-job.ts';
import type { Outcome } from '../outcome.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { taskLogger } from '../task-logger.ts';
import { formatTable } from '../text-table.ts';

const SHOWN_RUNS = 20;

export const jobsRuns = defineCommand({
  name: 'jobs runs',
  describe: 'runs of the deployed jobs on Databricks, the newest first',
  examples: [
    ['jobs runs --target prod', 'of every job'],
    ['jobs runs training --rows 5', 'the last five trainings on dev'],
  ],
  options: {
    name: { type: 'string', positional: 'optional', describe: 'one job [all]' },
    target: { type: 'string', default: 'dev', describe: 'target of databricks.yml' },
    rows: { type: 'integer', least: 1, default: SHOWN_RUNS, describe: 'how many of each job' },
  },
  async run({ name, target, rows }, context) {
    const { loadJobs, LOCAL_TARGET } = await import('../../jobs/index.ts');
    if (target === LOCAL_TARGET) return localRuns;
    const names = name === undefined ? loadJobs(PACKAGE_ROOT, LOCAL_TARGET).map((job) => job.name) : [name];
    const runs = [];
    for (const one of names)
      runs.push(...(await runsOf(one, { target, rows, isNamed: name !== undefined }, context)));
    runs.sort((a, b) => (b.startedAtMs ?? 0) - (a.startedAtMs ?? 0));
    const text = formatTable(runs, [
      { heading: 'run', cell: (run) => run.jobRunId },
      { heading: 'job', cell: (run) => run.job },
      { heading: 'started', cell: (run) => formatInstant(run.startedAtMs ?? 0) },
      {
        heading: 'seconds',
        align: 'right',
        cell: ({ seconds }) => (seconds === undefined ? '' : `${Math.round(seconds)}`),
      },
      { heading: 'state', cell: (run) => run.state },
      { heading: 'page', cell: (run) => run.url ?? '' },
    ]);
    const none = `No run on ${target} yet. Next: pm jobs run training --target ${target}`;
    return { json: { runs }, text: runs.length === 0 ? none : text };
  },
});

const localRuns: Outcome = {
  json: { runs: [] },
  text: 'What runs here leaves runs of MLflow, not of jobs: pm runs list.',
};

async function runsOf(
  name: string,
  { target, rows, isNamed }: { target: string; rows: number; isNamed: boolean },
  context: CommandContext,
) {
  const { listJobRuns } = await import('../../databricks/index.ts');
  const { secondsOf, wordOf } = await import('../../jobs/index.ts');
  const opened = await openJob(name, target, context).catch((error: { code?: string }) => {
    if (isNamed || error.code !== 'not-deployed') throw error;
  });
  const runs = [];
  if (opened !== undefined) {
    for await (const run of listJobRuns(opened.client, opened.job.jobId)) {
      if (runs.length === rows) break;
      const { jobRunId, url, startedAtMs } = run;
      runs.push({ job: name, jobRunId, startedAtMs, seconds: secondsOf(run), state: wordOf(run.state), url });
    }
  }
  return runs;
}

export const jobsCancel = defineCommand({
  name: 'jobs cancel',
  describe: 'end a run on Databricks and wait until it has ended',
  examples: [['jobs cancel 123456789', 'a run that pm jobs runs shows']],
  options: { run: { type: 'string', positional: 'required', describe: 'id of the run' } },
  async run({ run: jobRunId }, context) {
    const { openWorkspace } = await import('../../pipelines/databricks/open-workspace.ts');
    const { getJobRun, hasEnded } = await import('../../databricks/index.ts');
    const { cancelAndFollow, followJobRun, formatRemoteRun, remoteRunDocument } = await import(
      '../../jobs/index.ts'
    );
    const { client } = await openWorkspace(context);
    const { state } = await getJobRun(client, jobRunId).catch((error: { status?: number }) => {
      throw error.status === 400 || error.status === 404 ? unknownRun(jobRunId, client.host) : error;
    });
    const follow = hasEnded(state) ? followJobRun : cancelAndFollow;
    const ended = await follow(client, jobRunId, { onTaskChange: taskLogger(context) });
    return { json: remoteRunDocument(ended), text: formatRemoteRun(ended) };
  },
});

const unknownRun = (jobRunId: string, host: string): UserError =>
  new UserError('unknown-run', `There is no run ${jobRunId} in ${host}.`, {
    next: 'pm jobs runs lists them, with the ids to name.',
  });

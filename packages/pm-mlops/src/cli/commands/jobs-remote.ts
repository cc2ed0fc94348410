import { UserError } from 'pm-core';
import type { DatabricksClient, Job, JobRun, TaskRun } from '../../databricks/index.ts';
import type { RemoteRun } from '../../jobs/index.ts';
import { ask } from '../ask.ts';
import { defineCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { formatInstant } from '../format-instant.ts';
import type { Outcome } from '../outcome.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { ReaderLeft } from '../reader-left.ts';
import { formatTable } from '../text-table.ts';

/** A deployed job and the workspace that has it. The client outlives Ctrl-C: whoever pressed it may want to cancel. */
async function openJob(
  name: string,
  target: string,
  context: CommandContext,
): Promise<{ client: DatabricksClient; job: Job }> {
  const { openWorkspace } = await import('../../pipelines/databricks/open-workspace.ts');
  const { deployedName, findDeployedJob } = await import('../../jobs/index.ts');
  const { environment, fetch } = context;
  const lasting = { environment, fetch, signal: new AbortController().signal };
  const { client, identity } = await openWorkspace(lasting);
  const inputs = { user: identity.userName, environment };
  const known = deployedName(PACKAGE_ROOT, name, target, inputs);
  return { client, job: await findDeployedJob(client, known, target) };
}

/** Runs a deployed job and shows its tasks as they change; Ctrl-C leaves it running or cancels it, as the person says. */
export async function runDeployedJob(
  {
    name,
    target,
    parameters,
    timeoutMinutes,
  }: {
    name: string;
    target: string;
    parameters: Readonly<Record<string, string>>;
    timeoutMinutes: number | undefined;
  },
  context: CommandContext,
): Promise<Outcome> {
  const { runJobRemotely } = await import('../../jobs/index.ts');
  const { client, job } = await openJob(name, target, context);
  const limit = timeoutMinutes === undefined ? [] : [AbortSignal.timeout(timeoutMinutes * 60_000)];
  let started: string | undefined;
  const onStart = (jobRunId: string) => {
    started = jobRunId;
    context.log(`${job.settings.name}: run ${jobRunId} at ${client.host}`);
  };
  const signal = AbortSignal.any([context.signal, ...limit]);
  const options = { parameters, signal, onStart, onTaskChange: taskLogger(context) };
  const run = await runJobRemotely(client, job, options).catch((error: unknown) => {
    if (started !== undefined) context.log(goesOn(started));
    throw error;
  });
  if (context.signal.reason instanceof ReaderLeft) throw context.signal.reason;
  return outcomeOf(run.state === 'DETACHED' ? await detachOrCancel(client, run, context) : run);
}

/** What is said without an answer is said before the question: a second Ctrl-C ends pm at once. */
async function detachOrCancel(
  client: DatabricksClient,
  seen: RemoteRun,
  context: CommandContext,
): Promise<RemoteRun> {
  const { jobRunId } = seen.run;
  context.log(goesOn(jobRunId));
  const answer = context.signal.aborted
    ? await ask(context, `Leave run ${jobRunId} to itself, or cancel it? [l/c]`)
    : undefined;
  if (answer !== undefined && /^c/i.test(answer)) {
    const { cancelAndFollow } = await import('../../jobs/index.ts');
    return cancelAndFollow(client, jobRunId, { onTaskChange: taskLogger(context) });
  }
  return seen;
}

const goesOn = (jobRunId: string): string => `The run goes on. To end it: pm jobs cancel ${jobRunId}`;

/** A line for each change, with the time since the run was first seen. */
function taskLogger({ now, log }: CommandContext): (task: TaskRun, run: JobRun) => void {
  const startedMs = now().getTime();
  let isLinked = false;
  return ({ taskKey, attempt, state }, { url }) => {
    if (!isLinked && url !== undefined) log(url);
    isLinked = true;
    const seconds = Math.round((now().getTime() - startedMs) / 1000);
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`.padStart(6);
    const again = attempt === 0 ? '' : ` (attempt ${attempt + 1})`;
    const word = state.result ?? state.lifeCycle;
    log(`${clock}  ${taskKey}${again}  ${[word, state.message].filter(Boolean).join('  ')}`);
  };
}

async function outcomeOf(run: RemoteRun): Promise<Outcome> {
  const { formatRemoteRun, remoteRunDocument } = await import('../../jobs/index.ts');
  return { json: remoteRunDocument(run), text: formatRemoteRun(run), exitCode: run.exitCode };
}

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

import type { DatabricksClient } from '../databricks/index.ts';
import type { RemoteRun } from '../jobs/index.ts';
import { ask } from './ask.ts';
import type { CommandContext } from './context.ts';
import { openJob } from './open-job.ts';
import type { Outcome } from './outcome.ts';
import { ReaderLeft } from './reader-left.ts';
import { taskLogger } from './task-logger.ts';

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
  const { runJobRemotely } = await import('../jobs/index.ts');
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
    const { cancelAndFollow } = await import('../jobs/index.ts');
    return cancelAndFollow(client, jobRunId, { onTaskChange: taskLogger(context) });
  }
  return seen;
}

const goesOn = (jobRunId: string): string => `The run goes on. To end it: pm jobs cancel ${jobRunId}`;

async function outcomeOf(run: RemoteRun): Promise<Outcome> {
  const { formatRemoteRun, remoteRunDocument } = await import('../jobs/index.ts');
  return { json: remoteRunDocument(run), text: formatRemoteRun(run), exitCode: run.exitCode };
}

import { UserError } from 'pm-core';
import {
  cancelJobRun,
  type DatabricksClient,
  type Job,
  type JobRun,
  runNow,
  type TaskRun,
  watchJobRun,
} from '../databricks/index.ts';
import { isTemporary, mayHaveHappened } from '../mlflow/retry.ts';
import { checkParameters } from './job-parameters.ts';
import { DONE, type TaskOutcomes, taskOutcomes, wordOf } from './task-outcomes.ts';

export interface RemoteRunOptions {
  /** Values of job parameters by name; the others take their defaults. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Called once the run exists. */
  readonly onStart?: (jobRunId: string) => void;
  /** Called with what is new: a task in another state than before, or a first look at it. */
  readonly onTaskChange?: (task: TaskRun, run: JobRun) => void;
  /** Aborted: the run is left alone and no longer watched. */
  readonly signal?: AbortSignal;
  /** Between two looks at first; see {@link watchJobRun}. */
  readonly pollMs?: number;
}

/** A run as it was last seen. */
export interface RemoteRun extends TaskOutcomes {
  readonly run: JobRun;
  /** `DETACHED`: it was still at work. Otherwise the result that the service gave it. */
  readonly state: string;
  /** 0 where it did its work, also where a task failed that no other waited for in vain. */
  readonly exitCode: 0 | 1;
}

/**
 * Starts a deployed job, once whatever happens to the call, and watches it to its end. A failed run does not throw.
 * @throws UserError `unknown-parameter`; `start-unknown`, `watch-lost` where the workspace does not answer; DatabricksError
 */
export async function runJobRemotely(
  client: DatabricksClient,
  { jobId, settings }: Job,
  options: RemoteRunOptions = {},
): Promise<RemoteRun> {
  const { parameters = {}, onStart } = options;
  checkParameters(settings.name ?? jobId, (settings.parameters ?? []) as { name: string }[], parameters);
  const jobRunId = await runNow(client, jobId, { parameters }).catch((error: unknown) => {
    throw mayHaveHappened(error) ? startUnknown(settings.name ?? jobId, error as Error) : error;
  });
  onStart?.(jobRunId);
  return followJobRun(client, jobRunId, options);
}

/** Watches a run that there is to its end, as {@link runJobRemotely} does. */
export async function followJobRun(
  client: DatabricksClient,
  jobRunId: string,
  { onTaskChange, signal, pollMs = 1000 }: RemoteRunOptions = {},
): Promise<RemoteRun> {
  const seen = new Map<string, string>();
  let last: JobRun = { ...UNSEEN, jobRunId };
  try {
    for await (last of watchJobRun(client, jobRunId, { pollMs, signal })) {
      for (const task of last.tasks) {
        const state = wordOf(task.state);
        if (seen.get(task.taskRunId) === state) continue;
        seen.set(task.taskRunId, state);
        onTaskChange?.(task, last);
      }
    }
  } catch (error) {
    if (!signal?.aborted) throw isTemporary(error) ? watchLost(jobRunId, error) : error;
    return { run: last, state: 'DETACHED', exitCode: 1, failures: [], results: [] };
  }
  const state = wordOf(last.state);
  const exitCode = DONE.includes(state) ? 0 : 1;
  const { failures, results } = await taskOutcomes(client, last);
  return { run: last, state, exitCode, results, failures: exitCode === 0 ? [] : failures };
}

const startUnknown = (name: string, cause: Error): UserError =>
  new UserError('start-unknown', `Whether ${name} was started is not known: ${cause.message}`, {
    next: 'pm jobs runs tells. A run more waits in the queue of the first.',
    cause,
  });

const watchLost = (jobRunId: string, cause: Error): UserError =>
  new UserError(
    'watch-lost',
    `Run ${jobRunId} goes on, but its workspace no longer answers: ${cause.message}`,
    {
      next: `pm jobs runs tells how it ends; pm jobs cancel ${jobRunId} ends it.`,
      cause,
    },
  );

/** Ends a run and waits until it has ended. */
export async function cancelAndFollow(
  client: DatabricksClient,
  jobRunId: string,
  options: RemoteRunOptions = {},
): Promise<RemoteRun> {
  await cancelJobRun(client, jobRunId);
  return followJobRun(client, jobRunId, options);
}

const UNSEEN = {
  jobId: '',
  url: undefined,
  startedAtMs: undefined,
  endedAtMs: undefined,
  state: { lifeCycle: 'PENDING', result: undefined, message: '' },
  tasks: [],
} satisfies Omit<JobRun, 'jobRunId'>;

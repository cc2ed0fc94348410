import { stripVTControlCharacters } from 'node:util';
import {
  cancelJobRun,
  type DatabricksClient,
  DatabricksError,
  hasEnded,
  type Job,
  type JobRun,
  runNow,
  type TaskRun,
  taskOutput,
  watchJobRun,
} from '../databricks/index.ts';
import { checkParameters } from './job-parameters.ts';

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

/** Why a task failed. */
export interface TaskFailure {
  readonly taskKey: string;
  readonly state: string;
  /** The notebook's error, or the service's own words. */
  readonly error: string;
  /** Of the notebook, without colours; '' if the service has none. */
  readonly errorTrace: string;
}

/** A run as it was last seen. */
export interface RemoteRun {
  readonly run: JobRun;
  /** `DETACHED`: it was still at work. Otherwise the result that the service gave it. */
  readonly state: string;
  /** 0 where it did its work, also where a task failed that no other waited for in vain. */
  readonly exitCode: 0 | 1;
  /** Of tasks that failed by themselves, not for want of an earlier one. */
  readonly failures: readonly TaskFailure[];
}

/**
 * Starts a deployed job, once whatever happens to the call, and watches it to its end. A failed run does not throw.
 * @throws UserError `unknown-parameter`; DatabricksError
 */
export async function runJobRemotely(
  client: DatabricksClient,
  { jobId, settings }: Job,
  options: RemoteRunOptions = {},
): Promise<RemoteRun> {
  const { parameters = {}, onStart } = options;
  checkParameters(settings.name ?? jobId, (settings.parameters ?? []) as { name: string }[], parameters);
  const jobRunId = await runNow(client, jobId, { parameters });
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
    if (!signal?.aborted) throw error;
    return { run: last, state: 'DETACHED', exitCode: 1, failures: [] };
  }
  const state = wordOf(last.state);
  const exitCode = DONE.includes(state) ? 0 : 1;
  return { run: last, state, exitCode, failures: exitCode === 0 ? [] : await failuresOf(client, last) };
}

/** Ends a run and waits until it has ended. */
export async function cancelAndFollow(
  client: DatabricksClient,
  jobRunId: string,
  options: RemoteRunOptions = {},
): Promise<RemoteRun> {
  await cancelJobRun(client, jobRunId);
  return followJobRun(client, jobRunId, options);
}

/** One word for where a run or a task is: its result, or until it has one its place in life. */
export const wordOf = (state: JobRun['state']): string =>
  hasEnded(state) ? (state.result ?? state.lifeCycle) : state.lifeCycle;

const DONE = ['SUCCESS', 'SUCCESS_WITH_FAILURES'];

const UNSEEN = {
  jobId: '',
  url: undefined,
  startedAtMs: undefined,
  endedAtMs: undefined,
  state: { lifeCycle: 'PENDING', result: undefined, message: '' },
  tasks: [],
} satisfies Omit<JobRun, 'jobRunId'>;

/** What did not fail by itself, or has no output of its own to tell. */
const silent = [
  'SUCCESS',
  'SUCCESS_WITH_FAILURES',
  'EXCLUDED',
  'SKIPPED',
  'UPSTREAM_FAILED',
  'UPSTREAM_CANCELED',
];

async function failuresOf(client: DatabricksClient, { tasks }: JobRun): Promise<TaskFailure[]> {
  const lastAttempts = tasks.filter(
    (task) => !tasks.some((other) => other.taskKey === task.taskKey && other.attempt > task.attempt),
  );
  const failed = lastAttempts.filter(({ state }) => !silent.includes(wordOf(state)));
  return Promise.all(failed.map((task) => failureOf(client, task)));
}

/** The output belongs to the task's run, not to the job's. That it cannot be read is no reason to hide the rest. */
async function failureOf(
  client: DatabricksClient,
  { taskKey, taskRunId, state }: TaskRun,
): Promise<TaskFailure> {
  const output = await taskOutput(client, taskRunId).catch((error: unknown) => {
    if (error instanceof DatabricksError) return { error: undefined, errorTrace: undefined };
    throw error;
  });
  const { error = state.message, errorTrace = '' } = output;
  return {
    taskKey,
    state: wordOf(state),
    error: stripVTControlCharacters(error),
    errorTrace: stripVTControlCharacters(errorTrace),
  };
}

import { stripVTControlCharacters } from 'node:util';
import {
  type DatabricksClient,
  DatabricksError,
  hasEnded,
  type JobRun,
  type JobRunState,
  type TaskOutput,
  type TaskRun,
  taskOutput,
} from '../databricks/index.ts';

/** Why a task failed. */
export interface TaskFailure {
  readonly taskKey: string;
  readonly state: string;
  /** The notebook's error, or the service's own words. */
  readonly error: string;
  /** Of the notebook, without colours; '' if the service has none. */
  readonly errorTrace: string;
}

/** What a task left that did its work. */
export interface TaskResult {
  readonly taskKey: string;
  /** The texts, numbers and truths of what the notebook exited with: what later tasks could refer to. */
  readonly values: Readonly<Record<string, string | number | boolean>>;
}

export interface TaskOutcomes {
  /** Of tasks that failed by themselves, not for want of an earlier one. */
  readonly failures: readonly TaskFailure[];
  readonly results: readonly TaskResult[];
}

/** One word for where a run or a task is: its result, or until it has one its place in life. */
export const wordOf = (state: JobRunState): string =>
  hasEnded(state) ? (state.result ?? state.lifeCycle) : state.lifeCycle;

/** A run or task that did its work has one of these words. */
export const DONE: readonly string[] = ['SUCCESS', 'SUCCESS_WITH_FAILURES'];

/** What did not fail by itself, and has no output of its own to tell. */
const silent = ['EXCLUDED', 'SKIPPED', 'UPSTREAM_FAILED', 'UPSTREAM_CANCELED'];

/** What the last attempt of each task of an ended run left. An output that cannot be read is no reason to hide the rest. */
export async function taskOutcomes(
  client: DatabricksClient,
  { tasks, state: whole }: JobRun,
): Promise<TaskOutcomes> {
  const last = tasks.filter(
    (task) => !tasks.some((other) => other.taskKey === task.taskKey && other.attempt > task.attempt),
  );
  const told = last.filter(({ state }) => !silent.includes(wordOf(state)));
  const outputs = await Promise.all(told.map(async (task) => [task, await outputOf(client, task)] as const));
  const isDone = ([{ state }]: readonly [TaskRun, unknown]) => DONE.includes(wordOf(state));
  return {
    failures: outputs.filter((one) => !isDone(one)).map((one) => failureOf(one, whole.message)),
    results: outputs.filter(isDone).map(resultOf),
  };
}

/** The output belongs to the task's run, not to the job's. */
async function outputOf(client: DatabricksClient, { taskRunId }: TaskRun): Promise<Partial<TaskOutput>> {
  try {
    return await taskOutput(client, taskRunId);
  } catch (error) {
    if (error instanceof DatabricksError) return {};
    throw error;
  }
}

/** Where neither the notebook nor the task says why, the whole run may. */
function failureOf(
  [{ taskKey, state }, output]: readonly [TaskRun, Partial<TaskOutput>],
  wordsOfRun: string,
): TaskFailure {
  const { error, errorTrace = '' } = output;
  return {
    taskKey,
    state: wordOf(state),
    error: stripVTControlCharacters(error || state.message || wordsOfRun),
    errorTrace: stripVTControlCharacters(errorTrace),
  };
}

function resultOf([{ taskKey }, { result = '' }]: readonly [TaskRun, Partial<TaskOutput>]): TaskResult {
  const values = Object.entries(fieldsOf(result)).filter(([, value]) =>
    /string|number|boolean/.test(typeof value),
  );
  return { taskKey, values: Object.fromEntries(values) as TaskResult['values'] };
}

/** A notebook may exit with anything; the service cuts what is too long. */
function fieldsOf(result: string): object {
  try {
    return Object(JSON.parse(result)) as object;
  } catch {
    return {};
  }
}

import { type Clock, timeLimit } from './clock.ts';
import type { Task } from './job-schema.ts';
import type { TaskState } from './run-if.ts';

/** What a command leaves; without an exit code it is 0. */
export interface CommandOutcome {
  readonly exitCode?: number;
  readonly json: unknown;
}

/**
 * Runs a pm command in this process. Flags are named as on the command line, without dashes. A failure is an exit code
 * or a throw; soon after `signal` aborts, it must end either way.
 */
export type CommandRunner = (
  command: string,
  flags: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<CommandOutcome>;

/** How a task went. */
export interface TaskRun {
  readonly taskKey: string;
  readonly state: TaskState;
  /** With all attempts and the waits between them. */
  readonly seconds: number;
  readonly attempts: number;
  /** 0 unless the state is FAILED, TIMEDOUT or CANCELED. */
  readonly exitCode: number;
  /** What the command left; null where it left nothing. */
  readonly json: unknown;
  /** One line for people, such as `kept version 3`; empty where there is nothing to say. */
  readonly note: string;
  /** What the last attempt threw. */
  readonly error?: unknown;
}

type Attempt = Pick<TaskRun, 'state' | 'exitCode' | 'json' | 'note'> & { readonly error?: unknown };

/** The gate said no: an outcome like any other to a job. */
const KEPT_EXIT_CODE = 3;
/** A command that was told to stop gets this long before the job goes on without it. */
const GRACE_MS = 10_000;

/**
 * Runs a task's command until an attempt succeeds or none is left; `max_retries`, `min_retry_interval_millis`,
 * `retry_on_timeout` and `timeout_seconds` mean what they mean on Databricks.
 * @param work one attempt.
 */
export async function runTask(
  task: Task,
  work: (signal: AbortSignal) => Promise<CommandOutcome>,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<TaskRun> {
  const startedMs = clock.nowMs();
  for (let attempts = 1; ; attempts++) {
    const attempt = await runAttempt(work, task.timeout_seconds * 1000, clock, signal);
    const mayRetry = attempt.state === 'FAILED' || (attempt.state === 'TIMEDOUT' && task.retry_on_timeout);
    const retriesLeft = task.max_retries === -1 || attempts <= task.max_retries;
    if (mayRetry && retriesLeft) await clock.sleep(task.min_retry_interval_millis, signal);
    if (!mayRetry || !retriesLeft || signal.aborted) {
      return { taskKey: task.task_key, ...attempt, attempts, seconds: (clock.nowMs() - startedMs) / 1000 };
    }
  }
}

async function runAttempt(
  work: (signal: AbortSignal) => Promise<CommandOutcome>,
  timeoutMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<Attempt> {
  const ended = new AbortController();
  const limit = timeLimit(timeoutMs, clock, ended.signal);
  const timedOut = failure('TIMEDOUT', `not done after ${timeoutMs / 1000} s`);
  const working = work(AbortSignal.any([signal, limit])).then(
    (outcome) => (limit.aborted ? timedOut : fromOutcome(outcome)),
    (error) => {
      if (signal.aborted) return failure('CANCELED', messageOf(signal.reason), error);
      return limit.aborted ? timedOut : failure('FAILED', messageOf(error), error);
    },
  );
  const leftBehind = new Promise<Attempt>((resolve) => {
    const giveUp = () => clock.sleep(GRACE_MS, ended.signal).then(() => resolve(timedOut));
    limit.addEventListener('abort', giveUp);
  });
  try {
    return await Promise.race([working, leftBehind]);
  } finally {
    ended.abort();
  }
}

function fromOutcome({ exitCode = 0, json }: CommandOutcome): Attempt {
  if (exitCode === 0) return { state: 'SUCCESS', exitCode, json, note: '' };
  if (exitCode === KEPT_EXIT_CODE) return { state: 'SUCCESS', exitCode: 0, json, note: keptNote(json) };
  return { state: 'FAILED', exitCode, json, note: `exit code ${exitCode}` };
}

function keptNote(json: unknown): string {
  const kept =
    json !== null && typeof json === 'object' && 'keptVersion' in json ? json.keptVersion : undefined;
  return kept === undefined || kept === null ? 'kept the version in place' : `kept version ${kept}`;
}

function failure(state: TaskState, note: string, error?: unknown): Attempt {
  return { state, exitCode: 1, json: null, note, ...(error === undefined ? {} : { error }) };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

import type { TaskState } from './run-rules.ts';
import type { Fields } from './wire.ts';

/** What a hook gets to run: a task as its job's settings have it, `{{…}}` in its parameters replaced. */
export interface TaskToRun {
  readonly task: Fields;
  /** Of a notebook task; empty for the others. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly jobParameters: Readonly<Record<string, string>>;
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
}

export interface TaskResult {
  /** What the notebook gave to `dbutils.notebook.exit`. */
  readonly result?: string;
  /** The task has failed. */
  readonly error?: string;
  readonly errorTrace?: string;
  readonly logs?: string;
  /** What it gave to `dbutils.jobs.taskValues`. */
  readonly values?: Readonly<Record<string, string>>;
}

export type RunTask = (task: TaskToRun) => Promise<TaskResult>;

export interface FakeTaskRun {
  readonly runId: bigint;
  readonly task: Fields;
  lifeCycle: 'PENDING' | 'RUNNING' | 'TERMINATED';
  state?: TaskState;
  outcome?: TaskResult;
  /** Of the task at work: who looks while somebody else waits for its end waits too. */
  ending?: Promise<TaskResult>;
}

export interface FakeRun {
  readonly runId: bigint;
  readonly jobId: bigint;
  readonly token: string | undefined;
  readonly jobParameters: Readonly<Record<string, string>>;
  readonly tasks: readonly FakeTaskRun[];
  readonly cancel: AbortController;
  polls: number;
}

import { UserError } from 'pm-core';
import { type Clock, systemClock, timeLimit } from './clock.ts';
import { checkParameters } from './job-parameters.ts';
import type { Job, Task } from './job-schema.ts';
import type { JobSpec } from './job-spec.ts';
import { resolveRunReferences, runReferences } from './references.ts';
import { isFailure, runIfVerdict, type TaskState } from './run-if.ts';
import { type CommandRunner, runTask, type TaskRun } from './run-task.ts';
import { topologicalOrder } from './task-graph.ts';

export interface LocalRunOptions {
  /** Values of job parameters by name; the others take their defaults. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly runCommand: CommandRunner;
  /** Throws where a command cannot have such flags; asked of all tasks before the first one runs, without what tasks leave each other. */
  readonly checkFlags?: (command: string, flags: Readonly<Record<string, string>>) => void;
  /** Called when a task begins. */
  readonly onTaskStart?: (task: Task, command: string) => void;
  /** Called when a task has ended or is passed over. */
  readonly onTaskEnd?: (run: TaskRun) => void;
  /** Aborted, as when the job's own `timeout_seconds` are over: the task at work is told to stop and the rest are CANCELED. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/** How a job went: the tasks in the order in which they ran. */
export interface JobRun {
  readonly state: 'SUCCESS' | 'SUCCESS_WITH_FAILURES' | 'FAILED' | 'CANCELED';
  /** 0, or the first failed task's. */
  readonly exitCode: number;
  readonly tasks: readonly TaskRun[];
  readonly seconds: number;
}

/**
 * Runs a job on this machine: its tasks one at a time, each after all that it depends on, by calling the command of its
 * notebook with the task's parameters as flags (an empty one is a flag not given). A failure does not throw: it is in the result.
 * @throws UserError `unknown-parameter`, and what `checkFlags` throws; then no task has run.
 */
export async function runJobLocally(spec: JobSpec, options: LocalRunOptions): Promise<JobRun> {
  const { clock = systemClock } = options;
  const parameters = jobParameters(spec, options.parameters ?? {});
  for (const task of spec.job.tasks)
    options.checkFlags?.(spec.commands[task.task_key]!, flagsBeforehand(task, parameters));
  const ended = new AbortController();
  const limit = timeLimit(spec.job.timeout_seconds * 1000, clock, ended.signal);
  const signal = AbortSignal.any([limit, ...(options.signal === undefined ? [] : [options.signal])]);
  const startedMs = clock.nowMs();
  const runs = new Map<string, TaskRun>();
  for (const task of topologicalOrder(spec.job.tasks)) {
    const run = await runOrPassOver(task, runs, spec, parameters, { ...options, clock, signal });
    runs.set(task.task_key, run);
    options.onTaskEnd?.(run);
  }
  ended.abort();
  return summary(spec.job, [...runs.values()], (clock.nowMs() - startedMs) / 1000);
}

async function runOrPassOver(
  task: Task,
  runs: ReadonlyMap<string, TaskRun>,
  spec: JobSpec,
  parameters: ReadonlyMap<string, string>,
  options: LocalRunOptions & { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<TaskRun> {
  const upstream = task.depends_on.map(({ task_key }) => runs.get(task_key)!.state);
  const verdict = options.signal.aborted ? 'CANCELED' : runIfVerdict(task.run_if, upstream);
  if (verdict !== 'RUN') return passedOver(task, verdict);
  const command = spec.commands[task.task_key]!;
  options.onTaskStart?.(task, command);
  const work = async (signal: AbortSignal) =>
    options.runCommand(command, taskFlags(task, parameters, runs), signal);
  return runTask(task, work, options);
}

function jobParameters(
  { job, name }: JobSpec,
  given: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  checkParameters(name, job.parameters, given);
  return new Map([
    ...job.parameters.map((one) => [one.name, one.default] as const),
    ...Object.entries(given),
  ]);
}

/** The flags of a task that are known before the job begins. */
function flagsBeforehand(task: Task, parameters: ReadonlyMap<string, string>): Record<string, string> {
  const known = Object.entries(task.notebook_task!.base_parameters).filter(([, text]) =>
    runReferences(text).every(({ kind }) => kind !== 'task-value'),
  );
  const notebook_task = { ...task.notebook_task!, base_parameters: Object.fromEntries(known) };
  return taskFlags({ ...task, notebook_task }, parameters, new Map());
}

function taskFlags(
  task: Task,
  parameters: ReadonlyMap<string, string>,
  runs: ReadonlyMap<string, TaskRun>,
): Record<string, string> {
  const flags: Record<string, string> = {};
  for (const [name, text] of Object.entries(task.notebook_task!.base_parameters)) {
    const value = resolveRunReferences(text, (reference) => {
      if (reference.kind === 'parameter') return parameters.get(reference.name)!;
      if (reference.kind === 'task-value') return taskValue(runs.get(reference.taskKey)!, reference.name);
      return reference.text;
    });
    if (value !== '') flags[name] = value;
  }
  return flags;
}

/** A value that an earlier task left: a text or number at the top of its JSON. */
function taskValue(run: TaskRun, name: string): string {
  const value = (run.json as Record<string, unknown> | null)?.[name];
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new UserError('no-task-value', `The task '${run.taskKey}' (${run.state}) left no value '${name}'.`);
}

function passedOver(task: Task, state: TaskState): TaskRun {
  return { taskKey: task.task_key, state, seconds: 0, attempts: 0, exitCode: 0, json: null, note: '' };
}

/** As on Databricks, the tasks that none depends on decide: one that cleans up after a failure can end a job well. */
function summary(job: Job, tasks: readonly TaskRun[], seconds: number): JobRun {
  const inner = new Set(job.tasks.flatMap((task) => task.depends_on.map(({ task_key }) => task_key)));
  const failed = tasks.filter((run) => isFailure(run.state));
  if (failed.length === 0) return { state: 'SUCCESS', exitCode: 0, tasks, seconds };
  if (!failed.some((run) => !inner.has(run.taskKey))) {
    return { state: 'SUCCESS_WITH_FAILURES', exitCode: 0, tasks, seconds };
  }
  const state = failed.some((run) => run.state === 'CANCELED') ? 'CANCELED' : 'FAILED';
  return { state, exitCode: failed.find((run) => run.exitCode !== 0)?.exitCode ?? 1, tasks, seconds };
}

import { randomUUID } from 'node:crypto';
import type { components } from '../generated/databricks.ts';
import { answerOf } from '../mlflow/client.ts';
import { everyItem } from '../mlflow/pages.ts';
import type { DatabricksClient } from './client.ts';
import { idOf, int64 } from './int64.ts';

/** Where a run or one of its tasks is. */
export interface JobRunState {
  /** QUEUED, PENDING, RUNNING, TERMINATING, TERMINATED, SKIPPED, INTERNAL_ERROR, BLOCKED, WAITING_FOR_RETRY. */
  readonly lifeCycle: string;
  /** SUCCESS, FAILED, TIMEDOUT, CANCELED, EXCLUDED, UPSTREAM_FAILED, …; undefined until it has ended. */
  readonly result: string | undefined;
  /** The service's own words, '' if it has none. */
  readonly message: string;
}

export interface TaskRun {
  readonly taskKey: string;
  /** Of this task and attempt: what {@link taskOutput} asks for. */
  readonly taskRunId: string;
  /** 0 for the first. */
  readonly attempt: number;
  readonly state: JobRunState;
}

export interface JobRun {
  readonly jobRunId: string;
  readonly jobId: string;
  /** For people: its page in the workspace. */
  readonly url: string | undefined;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
  readonly state: JobRunState;
  readonly tasks: readonly TaskRun[];
}

/** What a task left. */
export interface TaskOutput {
  /** What the notebook gave to `dbutils.notebook.exit`. */
  readonly result: string | undefined;
  readonly error: string | undefined;
  readonly errorTrace: string | undefined;
  readonly logs: string | undefined;
}

const ended = new Set(['TERMINATED', 'SKIPPED', 'INTERNAL_ERROR']);

export const hasEnded = ({ lifeCycle }: JobRunState): boolean => ended.has(lifeCycle);

/** Starts a run of a job, once however often the call is repeated, and returns its id. */
export async function runNow(
  { api }: DatabricksClient,
  jobId: string,
  {
    parameters = {},
    idempotencyToken = randomUUID(),
  }: {
    parameters?: Readonly<Record<string, string>>;
    /** Up to 64 characters: the same job and token are the same run. */
    idempotencyToken?: string;
  } = {},
): Promise<string> {
  const body = {
    job_id: int64(jobId),
    idempotency_token: idempotencyToken,
    ...(Object.keys(parameters).length > 0 && { job_parameters: parameters }),
  };
  return idOf((await answerOf(api.POST('/api/2.2/jobs/run-now', { body }))).run_id);
}

/** A run with all its tasks. @throws DatabricksError */
export async function getJobRun({ api }: DatabricksClient, jobRunId: string): Promise<JobRun> {
  const page = (pageToken: string | undefined) => {
    const query = { run_id: jobRunId, ...(pageToken !== undefined && { page_token: pageToken }) };
    return answerOf(api.GET('/api/2.2/jobs/runs/get', { params: { query } }));
  };
  const run = await page(undefined);
  const tasks = [...(run.tasks ?? [])];
  for (let token = run.next_page_token; token; ) {
    const next = await page(token);
    tasks.push(...(next.tasks ?? []));
    token = next.next_page_token;
  }
  return jobRunOf({ ...run, tasks });
}

/** Runs of a job, newest first, without their tasks. */
export async function* listJobRuns(
  { api }: DatabricksClient,
  jobId: string,
  { activeOnly = false }: { activeOnly?: boolean } = {},
): AsyncGenerator<JobRun, void, undefined> {
  const every = everyItem(async (pageToken) => {
    const query = {
      job_id: jobId,
      limit: 25,
      ...(activeOnly && { active_only: true }),
      ...(pageToken !== undefined && { page_token: pageToken }),
    };
    const { runs, next_page_token } = await answerOf(
      api.GET('/api/2.2/jobs/runs/list', { params: { query } }),
    );
    return { items: runs, nextPageToken: next_page_token };
  });
  // Some services ignore the filters.
  for await (const wire of every) {
    const run = jobRunOf(wire);
    if (run.jobId === jobId && !(activeOnly && hasEnded(run.state))) yield run;
  }
}

/** What a task run left, by the id of the task's run, not of the job's. */
export async function taskOutput({ api }: DatabricksClient, taskRunId: string): Promise<TaskOutput> {
  const params = { query: { run_id: taskRunId } };
  const output = await answerOf(api.GET('/api/2.2/jobs/runs/get-output', { params }));
  const { notebook_output, error, error_trace, logs } = output;
  return { result: notebook_output?.result, error, errorTrace: error_trace, logs };
}

/** Asks for the end of a run; it ends soon after, CANCELED. */
export async function cancelJobRun({ api }: DatabricksClient, jobRunId: string): Promise<void> {
  await api.POST('/api/2.2/jobs/runs/cancel', { body: { run_id: int64(jobRunId) } });
}

function jobRunOf(wire: components['schemas']['Run']): JobRun {
  return {
    jobRunId: idOf(wire.run_id),
    jobId: idOf(wire.job_id),
    url: wire.run_page_url,
    startedAtMs: instantOf(wire.start_time),
    endedAtMs: instantOf(wire.end_time),
    state: stateOf(wire),
    tasks: (wire.tasks ?? []).map(({ task_key = '', run_id, attempt_number = 0, ...task }) => ({
      taskKey: task_key,
      taskRunId: idOf(run_id),
      attempt: attempt_number,
      state: stateOf(task),
    })),
  };
}

type Wire = Pick<components['schemas']['Run'], 'state' | 'status'>;

/** Newer answers have a `status` beside the `state`, or instead of it. */
function stateOf({ state, status }: Wire): JobRunState {
  const { life_cycle_state, result_state, state_message } = state ?? {};
  const { code, message } = status?.termination_details ?? {};
  return {
    lifeCycle: life_cycle_state ?? status?.state ?? 'PENDING',
    result: result_state ?? (code && resultOf(code)),
    message: state_message ?? message ?? '',
  };
}

/** A status tells many causes, of which a result knows these. */
function resultOf(code: string): string {
  if (code === 'USER_CANCELED') return 'CANCELED';
  if (code === 'MAX_CONCURRENT_RUNS_EXCEEDED') return 'MAXIMUM_CONCURRENT_RUNS_REACHED';
  return /^(SUCCESS(_WITH_FAILURES)?|CANCELED|SKIPPED|DISABLED|UPSTREAM_\w+)$/.test(code) ? code : 'FAILED';
}

/** 0 is the service's word for not yet. */
const instantOf = (ms: string | number | undefined): number | undefined => Number(ms ?? 0) || undefined;

import type { FakeRun, FakeTaskRun, TaskResult } from './fake-run.ts';
import { jobIn } from './jobs.ts';
import { refuse } from './refuse.ts';
import { filledIn, isFailure, type TaskState, verdictOn } from './run-rules.ts';
import type { FakeState, Routes } from './state.ts';
import { type Fields, idIn, pageOf } from './wire.ts';

/** Runs of jobs. A run moves on by a step (or `stepsPerLook`) each time that it is asked for; the first answer is always PENDING. */
export const runRoutes: Routes = (app, state) => {
  for (const version of ['2.1', '2.2']) {
    const route = (name: string) => `/api/${version}/jobs/${name}`;
    app.post(route('run-now'), async (request) => ({
      run_id: startRun(state, request.body as Fields).runId,
    }));
    app.get(route('runs/get'), async (request) => {
      const query = request.query as Fields;
      const run = runIn(state, query);
      if (query.page_token === undefined && run.polls++ > 0)
        for (let step = 0; step < state.options.stepsPerLook; step++) await advance(run, state);
      const { items, next } = pageOf(run.tasks, { page_token: query.page_token }, state.options.pageSize);
      const tasks = items.map((task) => describeTask(task, state));
      return { ...describe(run, state), tasks, ...next };
    });
    app.get(route('runs/list'), async (request) => {
      const query = request.query as Fields;
      const runs = [...state.runs.values()]
        .filter((run) => query.job_id === undefined || `${run.jobId}` === `${query.job_id}`)
        .filter((run) => query.active_only !== 'true' || ignoresFilters(state) || !hasEnded(run));
      const { items, next } = pageOf(runs.reverse(), query, state.options.pageSize);
      return { ...(items.length > 0 && { runs: items.map((run) => describe(run, state)) }), ...next };
    });
    app.post(route('runs/cancel'), async (request) => {
      const run = runIn(state, request.body as Fields);
      run.cancel.abort();
      for (const task of run.tasks) if (task.lifeCycle !== 'TERMINATED') end(task, 'CANCELED', {});
      return '';
    });
    app.get(route('runs/get-output'), async (request) => {
      const id = idIn(request.query as Fields, 'run_id');
      if (state.runs.has(`${id}`))
        refuse(400, undefined, 'Retrieving the output of runs with multiple tasks is not supported.');
      const tasks = [...state.runs.values()].flatMap((run) => run.tasks);
      const task =
        tasks.find(({ runId }) => runId === id) ?? refuse(404, 'RESOURCE_DOES_NOT_EXIST', `Run ${id}`);
      const { result, error, errorTrace, logs } = task.outcome ?? {};
      return {
        metadata: describeTask(task, state),
        ...(result !== undefined && { notebook_output: { result, truncated: false } }),
        ...(error !== undefined && { error }),
        ...(errorTrace !== undefined && { error_trace: errorTrace }),
        ...(logs !== undefined && { logs }),
      };
    });
  }
};

function startRun(state: FakeState, body: Fields): FakeRun {
  const { jobId, settings } = jobIn(state, body);
  const token = body.idempotency_token as string | undefined;
  const earlier = [...state.runs.values()].find((run) => run.jobId === jobId && run.token === token);
  if (token !== undefined && earlier !== undefined) return earlier;
  const defaults = ((settings.parameters ?? []) as { name: string; default: string }[]).map(
    (one) => [one.name, one.default] as const,
  );
  const run: FakeRun = {
    runId: state.nextId(),
    jobId,
    token,
    jobParameters: { ...Object.fromEntries(defaults), ...(body.job_parameters as Record<string, string>) },
    tasks: ((settings.tasks ?? []) as Fields[]).map((task) => ({
      runId: state.nextId(),
      task,
      lifeCycle: 'PENDING',
    })),
    cancel: new AbortController(),
    polls: 0,
  };
  state.runs.set(`${run.runId}`, run);
  return run;
}

function runIn(state: FakeState, fields: Fields): FakeRun {
  const id = idIn(fields, 'run_id');
  return state.runs.get(`${id}`) ?? refuse(400, 'INVALID_PARAMETER_VALUE', `Run ${id} does not exist.`);
}

/** Running tasks end, then tasks start whose upstream tasks have all ended. */
async function advance(run: FakeRun, state: FakeState): Promise<void> {
  for (const task of run.tasks.filter(({ lifeCycle }) => lifeCycle === 'RUNNING')) {
    task.ending ??= resultOf(task, run, state);
    const outcome = await task.ending;
    if (task.lifeCycle === 'RUNNING') end(task, outcome.error === undefined ? 'SUCCESS' : 'FAILED', outcome);
  }
  for (const task of run.tasks.filter(({ lifeCycle }) => lifeCycle === 'PENDING')) {
    const upstream = upstreamOf(task, run).map(({ state }) => state);
    if (upstream.includes(undefined)) continue;
    const verdict = verdictOn(
      (task.task.run_if as string | undefined) ?? 'ALL_SUCCESS',
      upstream as TaskState[],
    );
    if (verdict === 'RUN') task.lifeCycle = 'RUNNING';
    else end(task, verdict, {});
  }
}

function upstreamOf({ task }: FakeTaskRun, run: FakeRun): FakeTaskRun[] {
  const keys = ((task.depends_on ?? []) as Fields[]).map(({ task_key }) => task_key);
  return run.tasks.filter((other) => keys.includes(other.task.task_key));
}

async function resultOf({ task }: FakeTaskRun, run: FakeRun, { options }: FakeState): Promise<TaskResult> {
  const given = ((task.notebook_task as Fields | undefined)?.base_parameters ?? {}) as Record<string, string>;
  try {
    const parameters = Object.fromEntries(
      Object.entries(given).map(([name, text]) => [name, resolved(text, run)]),
    );
    // A job's parameters reach each notebook as widgets too; those of the task go before them.
    const all = { ...run.jobParameters, ...parameters };
    const { signal } = run.cancel;
    return (
      (await options.runTask?.({ task, parameters: all, jobParameters: run.jobParameters, signal })) ?? {}
    );
  } catch (error) {
    const { message, stack = '' } = error as Error;
    return { error: message, errorTrace: stack };
  }
}

function resolved(text: string, { jobParameters, tasks }: FakeRun): string {
  const taskValue = (taskKey: string, name: string) =>
    tasks.find(({ task }) => task.task_key === taskKey)?.outcome?.values?.[name];
  return filledIn(text, { jobParameters, taskValue });
}

function end(task: FakeTaskRun, state: TaskState, outcome: TaskResult): void {
  Object.assign(task, { lifeCycle: 'TERMINATED', state, outcome });
}

const hasEnded = ({ tasks }: FakeRun): boolean => tasks.every(({ lifeCycle }) => lifeCycle === 'TERMINATED');

/** A run fails if a task does on which no other depends. */
function describe(run: FakeRun, state: FakeState) {
  const { runId, jobId, tasks, jobParameters } = run;
  const upstream = new Set(tasks.flatMap((task) => upstreamOf(task, run)));
  const failed = tasks.some(
    (task) => !upstream.has(task) && task.state !== undefined && isFailure(task.state),
  );
  const isEnded = hasEnded(run);
  const lifeCycle = isEnded
    ? 'TERMINATED'
    : tasks.every((task) => task.lifeCycle === 'PENDING')
      ? 'PENDING'
      : 'RUNNING';
  const result = run.cancel.signal.aborted ? 'CANCELED' : failed ? 'FAILED' : 'SUCCESS';
  return {
    job_id: jobId,
    run_id: runId,
    run_page_url: `http://fake/jobs/${jobId}/runs/${runId}`,
    start_time: 1_760_000_000_000,
    ...(isEnded && { end_time: 1_760_000_060_000 }),
    ...inWords(state, lifeCycle, isEnded ? result : undefined),
    job_parameters: Object.entries(jobParameters).map(([name, value]) => ({ name, value })),
  };
}

const describeTask = ({ runId, task, lifeCycle, state: result }: FakeTaskRun, state: FakeState) => ({
  run_id: runId,
  task_key: task.task_key,
  attempt_number: 0,
  ...inWords(state, lifeCycle, result),
});

const codes: Readonly<Record<string, string>> = { CANCELED: 'USER_CANCELED', FAILED: 'RUN_EXECUTION_ERROR' };

/** Where something is, and what came of it once it has ended. */
function inWords({ options }: FakeState, lifeCycle: string, result: string | undefined) {
  if (options.runWords === 'status') {
    const details = result && { code: codes[result] ?? result, type: 'CLIENT_ERROR', message: '' };
    return { status: { state: lifeCycle, ...(details && { termination_details: details }) } };
  }
  const state = { life_cycle_state: lifeCycle, state_message: '' };
  return { state: { ...state, ...(result !== undefined && { result_state: result }) } };
}

const ignoresFilters = ({ options }: FakeState): boolean => options.nameFilter === 'ignored';

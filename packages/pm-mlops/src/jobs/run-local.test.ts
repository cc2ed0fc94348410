import fc from 'fast-check';
import { UserError } from 'pm-core';
import { describe, expect, it } from 'vitest';
import type { Clock } from './clock.ts';
import { formatJobRun } from './format-job-run.ts';
import { Job, type JobSettings } from './job-schema.ts';
import type { JobSpec } from './job-spec.ts';
import { type LocalRunOptions, runJobLocally } from './run-local.ts';
import type { CommandRunner } from './run-task.ts';
import { randomGraph } from './testing/graphs.ts';

type TaskInput = {
  task_key: string;
  depends_on?: { task_key: string }[];
  parameters?: Record<string, string>;
  [field: string]: unknown;
};

/** A job whose tasks run the command of their own key. */
function jobOf(tasks: TaskInput[], parameters: Record<string, string> = {}): JobSpec {
  const settings: JobSettings = {
    name: 'test',
    parameters: Object.entries(parameters).map(([name, value]) => ({ name, default: value })),
    tasks: tasks.map(({ parameters: base_parameters = {}, ...task }) => ({
      ...task,
      notebook_task: { notebook_path: 'x.py', base_parameters },
    })),
  };
  const job = Job.parse(settings);
  const commands = Object.fromEntries(tasks.map((task) => [task.task_key, task.task_key]));
  return { name: 'test', file: 'test.job.yml', job, settings, commands };
}

const after = (...keys: string[]) => keys.map((task_key) => ({ task_key }));
const chain = () =>
  jobOf([
    { task_key: 'a' },
    { task_key: 'b', depends_on: after('a') },
    { task_key: 'c', depends_on: after('b') },
  ]);

/** Time that moves only by sleeping, one turn of the event loop a sleep: work that is done by then is faster than any limit. */
function fakeClock(): Clock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    sleep: async (ms, signal) => {
      await new Promise(setImmediate);
      if (!signal.aborted) nowMs += ms;
    },
  };
}

async function states(spec: JobSpec, runCommand: CommandRunner, options: Partial<LocalRunOptions> = {}) {
  const run = await runJobLocally(spec, { runCommand, clock: fakeClock(), ...options });
  return { run, states: Object.fromEntries(run.tasks.map((task) => [task.taskKey, task.state])) };
}

const succeed: CommandRunner = async () => ({ json: {} });
const failing =
  (...keys: string[]): CommandRunner =>
  async (command) => ({ json: {}, exitCode: keys.includes(command) ? 1 : 0 });

describe('runJobLocally', () => {
  it('calls every command once, after all that its task depends on', async () => {
    await fc.assert(
      fc.asyncProperty(randomGraph, async (tasks) => {
        const ended: string[] = [];
        await states(jobOf(tasks), async (command) => {
          const needed = tasks.find((task) => task.task_key === command)!.depends_on;
          expect(ended).toEqual(expect.arrayContaining(needed.map((d) => d.task_key)));
          await Promise.resolve();
          ended.push(command);
          return { json: {} };
        });
        expect(ended.toSorted()).toEqual(tasks.map((task) => task.task_key).sort());
      }),
    );
  });

  it('runs exactly the tasks that no failure lies before', async () => {
    await fc.assert(
      fc.asyncProperty(randomGraph, fc.integer({ min: 0, max: 7 }), async (tasks, bad) => {
        const called: string[] = [];
        const { run } = await states(jobOf(tasks), async (command) => {
          called.push(command);
          return { json: {}, exitCode: command === `t${bad}` ? 1 : 0 };
        });
        const reached = run.tasks
          .filter((task) => task.state !== 'UPSTREAM_FAILED')
          .map((task) => task.taskKey);
        expect(called).toEqual(reached);
        expect(run.exitCode).toBe(bad < tasks.length ? 1 : 0);
      }),
    );
  });

  it('hands parameters on as flags, an empty one being a flag not given', async () => {
    const seen: unknown[] = [];
    const parameters = {
      config: 'config/{{job.parameters.WORKFLOW}}.yaml',
      source: '{{job.parameters.SOURCE}}',
      to: '',
    };
    const spec = jobOf([{ task_key: 'ingest', parameters }], { WORKFLOW: 'wine', SOURCE: '' });
    const runCommand: CommandRunner = async (command, flags) => {
      seen.push([command, flags]);
      return { json: {} };
    };
    await states(spec, runCommand);
    await states(spec, runCommand, { parameters: { SOURCE: './{{raw}}' } });
    expect(seen).toEqual([
      ['ingest', { config: 'config/wine.yaml' }],
      ['ingest', { config: 'config/wine.yaml', source: './{{raw}}' }],
    ]);
  });

  it('refuses a parameter that the job has not, before any task', async () => {
    const run = runJobLocally(jobOf([{ task_key: 'a' }], { LAKE: '' }), {
      runCommand: () => expect.unreachable(),
      parameters: { LAEK: 'x' },
    });
    await expect(run).rejects.toThrow(UserError);
    await expect(run).rejects.toMatchObject({ code: 'unknown-parameter', next: 'It has: LAKE.' });
  });

  it('asks whether each command can have its flags before any task, but for what tasks leave each other', async () => {
    const spec = jobOf(
      [
        { task_key: 'train', parameters: { rounds: '{{job.parameters.ROUNDS}}', table: '' } },
        {
          task_key: 'promote',
          depends_on: after('train'),
          parameters: { version: '{{tasks.train.values.version}}', stage: 'Staging' },
        },
      ],
      { ROUNDS: '3' },
    );
    const asked: [string, object][] = [];
    const run = runJobLocally(spec, {
      runCommand: () => expect.unreachable(),
      parameters: { ROUNDS: '0' },
      checkFlags: (command, flags) => {
        asked.push([command, flags]);
        if (command === 'promote') throw new Error('no such stage');
      },
    });
    await expect(run).rejects.toThrow('no such stage');
    expect(asked).toEqual([
      ['train', { rounds: '0' }],
      ['promote', { stage: 'Staging' }],
    ]);
  });

  it('hands a value of one task to a later one, and fails the later one where there is none', async () => {
    const spec = jobOf([
      { task_key: 'train' },
      {
        task_key: 'promote',
        depends_on: after('train'),
        parameters: { version: '{{tasks.train.values.modelVersion}}' },
      },
    ]);
    const leave =
      (json: unknown): CommandRunner =>
      async (command, flags) => ({ json: command === 'train' ? json : flags });
    expect((await states(spec, leave({ modelVersion: 7 }))).run.tasks[1]!.json).toEqual({ version: '7' });
    const { run } = await states(spec, leave({}));
    expect(run).toMatchObject({ state: 'FAILED', exitCode: 1 });
    expect(run.tasks[1]!.note).toMatch(/'train' \(SUCCESS\) left no value 'modelVersion'/);
  });

  it("stops after a failure and takes its exit code, a throw's being 1", async () => {
    const usage: CommandRunner = async (command) => ({ json: null, exitCode: command === 'b' ? 2 : 0 });
    const coded = await states(chain(), usage);
    expect(coded.states).toEqual({ a: 'SUCCESS', b: 'FAILED', c: 'UPSTREAM_FAILED' });
    expect(coded.run).toMatchObject({ state: 'FAILED', exitCode: 2 });
    const error = new UserError('lake-locked', 'The lake is in use.');
    const thrown = await states(chain(), () => Promise.reject(error));
    expect(thrown.states).toEqual({ a: 'FAILED', b: 'UPSTREAM_FAILED', c: 'UPSTREAM_FAILED' });
    expect(thrown.run).toMatchObject({
      exitCode: 1,
      tasks: [{ error, note: 'The lake is in use.' }, {}, {}],
    });
  });

  it("ends well where the gate says no, with 'kept version N'", async () => {
    const { run } = await states(jobOf([{ task_key: 'promote' }]), async () => ({
      exitCode: 3,
      json: { keptVersion: '4' },
    }));
    expect(run).toMatchObject({
      state: 'SUCCESS',
      exitCode: 0,
      tasks: [{ state: 'SUCCESS', note: 'kept version 4' }],
    });
  });

  it.each([
    ['ALL_SUCCESS', { none: 'SUCCESS', one: 'UPSTREAM_FAILED', both: 'UPSTREAM_FAILED' }],
    ['NONE_FAILED', { none: 'SUCCESS', one: 'UPSTREAM_FAILED', both: 'UPSTREAM_FAILED' }],
    ['AT_LEAST_ONE_SUCCESS', { none: 'SUCCESS', one: 'SUCCESS', both: 'UPSTREAM_FAILED' }],
    ['ALL_DONE', { none: 'SUCCESS', one: 'SUCCESS', both: 'SUCCESS' }],
    ['AT_LEAST_ONE_FAILED', { none: 'EXCLUDED', one: 'SUCCESS', both: 'SUCCESS' }],
    ['ALL_FAILED', { none: 'EXCLUDED', one: 'EXCLUDED', both: 'SUCCESS' }],
  ])('run_if %s: after no, one and two failures out of two', async (run_if, expected) => {
    const spec = jobOf([
      { task_key: 'a' },
      { task_key: 'b' },
      { task_key: 'last', depends_on: after('a', 'b'), run_if },
    ]);
    expect({
      none: (await states(spec, succeed)).states.last,
      one: (await states(spec, failing('a'))).states.last,
      both: (await states(spec, failing('a', 'b'))).states.last,
    }).toEqual(expected);
  });

  it('takes an excluded task for a successful one, and passes exclusion on where there is nothing else', async () => {
    const spec = jobOf([
      { task_key: 'a' },
      { task_key: 'onFailure', depends_on: after('a'), run_if: 'ALL_FAILED' },
      { task_key: 'afterBoth', depends_on: after('a', 'onFailure') },
      { task_key: 'afterExcluded', depends_on: after('onFailure'), run_if: 'ALL_DONE' },
    ]);
    const { run, states: ended } = await states(spec, succeed);
    expect(ended).toEqual({
      a: 'SUCCESS',
      onFailure: 'EXCLUDED',
      afterBoth: 'SUCCESS',
      afterExcluded: 'EXCLUDED',
    });
    expect(run).toMatchObject({ state: 'SUCCESS', exitCode: 0 });
  });

  it('ends well where the last task mends a failure', async () => {
    const spec = jobOf([{ task_key: 'a' }, { task_key: 'mend', depends_on: after('a'), run_if: 'ALL_DONE' }]);
    expect((await states(spec, failing('a'))).run).toMatchObject({
      state: 'SUCCESS_WITH_FAILURES',
      exitCode: 0,
    });
  });

  it.each([
    [0, 1, 'FAILED'],
    [1, 2, 'FAILED'],
    [2, 3, 'SUCCESS'],
    [-1, 3, 'SUCCESS'],
  ])(
    'with max_retries %i makes %i attempts at a task that succeeds at the third',
    async (max_retries, attempts, state) => {
      let calls = 0;
      const spec = jobOf([{ task_key: 'a', max_retries, min_retry_interval_millis: 5000 }]);
      const { run } = await states(spec, async () => ({ json: {}, exitCode: ++calls < 3 ? 1 : 0 }));
      expect(run.tasks[0]).toMatchObject({ attempts, state, seconds: (attempts - 1) * 5 });
    },
  );

  it('stops a command that takes longer than timeout_seconds, and retries it only if told to', async () => {
    const untilStopped: CommandRunner = (_, __, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const limits = { timeout_seconds: 60, max_retries: 1 };
    const once = await states(jobOf([{ task_key: 'a', ...limits }]), untilStopped);
    expect(once.run.tasks[0]).toMatchObject({
      state: 'TIMEDOUT',
      attempts: 1,
      note: 'not done after 60 s',
      exitCode: 1,
    });
    const spec = jobOf([{ task_key: 'a', ...limits, retry_on_timeout: true }]);
    const twice = await states(spec, untilStopped);
    expect(twice.run.tasks[0]).toMatchObject({ state: 'TIMEDOUT', attempts: 2, seconds: 120 });
  });

  it('goes on without a command that does not stop', async () => {
    const { run } = await states(jobOf([{ task_key: 'a', timeout_seconds: 1 }]), () => new Promise(() => {}));
    expect(run.tasks[0]!.state).toBe('TIMEDOUT');
  });

  it('tells the task at work when it is interrupted, and cancels the rest', async () => {
    const interrupt = new AbortController();
    const { run, states: ended } = await states(
      chain(),
      async (command, _, signal) => {
        if (command === 'b') interrupt.abort();
        signal.throwIfAborted();
        return { json: {} };
      },
      { signal: interrupt.signal },
    );
    expect(ended).toEqual({ a: 'SUCCESS', b: 'CANCELED', c: 'CANCELED' });
    expect(run).toMatchObject({ state: 'CANCELED', exitCode: 1 });
  });

  it("cancels what is left when the job's own timeout_seconds are over", async () => {
    const spec = chain();
    const limited = { ...spec, job: { ...spec.job, timeout_seconds: 90 } };
    const { run, states: ended } = await states(limited, (command, _, signal) =>
      command === 'a'
        ? Promise.resolve({ json: {} })
        : new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    expect(ended).toEqual({ a: 'SUCCESS', b: 'CANCELED', c: 'CANCELED' });
    expect(run).toMatchObject({ state: 'CANCELED', exitCode: 1 });
    expect(run.tasks[1]!.note).toBe('not done after 90 s');
  });

  it('tells of each task as it begins and ends', async () => {
    const told: string[] = [];
    await states(chain(), failing('b'), {
      onTaskStart: (task, command) => told.push(`${task.task_key} starts ${command}`),
      onTaskEnd: (run) => told.push(`${run.taskKey} ${run.state}`),
    });
    expect(told).toEqual(['a starts a', 'a SUCCESS', 'b starts b', 'b FAILED', 'c UPSTREAM_FAILED']);
  });
});

it('prints the time of each step', async () => {
  const clock = fakeClock();
  const spec = jobOf([
    { task_key: 'train' },
    { task_key: 'promote', depends_on: after('train'), max_retries: 1 },
    { task_key: 'notify', depends_on: after('promote') },
  ]);
  const { run } = await states(
    spec,
    async (command) => {
      await clock.sleep(12_340, new AbortController().signal);
      return command === 'train'
        ? { json: {} }
        : Promise.reject(new Error('The gate has no data.\nMore of it.'));
    },
    { clock },
  );
  expect(formatJobRun(run)).toBe(
    [
      'task       seconds  state',
      'train         12.3  SUCCESS',
      'promote       24.7  FAILED  2 attempts  The gate has no data.',
      'notify           –  UPSTREAM_FAILED',
      'whole job     37.0  FAILED',
    ].join('\n'),
  );
});

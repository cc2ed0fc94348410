import { globSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flagName } from '../cli/command.ts';
import { COMMANDS } from '../cli/commands/index.ts';
import { type FakeWorkspace, startFakeWorkspace } from '../databricks/testing/fake-workspace/index.ts';
import { readNotebook } from '../jobs/notebook.ts';
import { startedRun } from './testing/cluster.ts';
import { runsOf } from './testing/documents.ts';
import { smallWorkflow } from './testing/small-fleet.ts';
import { createWorkplace, type Workplace } from './testing/workplace.ts';

const CONFIG = ['--config', 'config/small.yaml'];

/** Ends only when it is told to: its document is held by its own test. */
const ENDLESS = ['tracking serve'];

/** A line of each other command that ends well, in an order in which all of them do; `RUN` is the id of the training's run, `JOB_RUN` that of a job on Databricks. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  simulate: ['--machines', '1', '--hours', '100', '--out', 'files'],
  ingest: [],
  features: [],
  train: [],
  tune: ['--evaluations', '2'],
  evaluate: [],
  promote: [],
  score: [],
  'models list': [],
  'models show': [],
  'models download': ['--output', 'model'],
  'models register': ['model'],
  'models compare': ['1', '2'],
  'models at': ['2026-01-01'],
  'models rollback': [],
  'models copy': ['small/1', '--to', 'sqlite:///copied.db', '--stage', 'Staging'],
  'runs list': [],
  'runs show': ['RUN'],
  'runs reproduce': ['RUN'],
  'runs push': ['sqlite:///pushed.db'],
  'runs pull': ['sqlite:///mlflow.db'],
  'tables list': [],
  'tables show': ['machines'],
  'tables export': ['machines'],
  'jobs list': [],
  'jobs show': ['training'],
  'jobs validate': [],
  'jobs run': ['batch-scoring', '--param', 'WORKFLOW=small'],
  auth: [],
  init: [],
  deploy: ['--target', 'serverless', '--archive', 'config/small.yaml'],
  'jobs runs': ['training', '--target', 'serverless'],
  'jobs cancel': ['JOB_RUN'],
  destroy: [],
  'secrets put': ['a-key', '--env', 'USER'],
  upload: ['config'],
  'report evaluation': ['--output', 'report.html'],
  'report explore': ['--output', 'exploration.html'],
  doctor: [],
};

/** What another command must have done before one of these lines. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  'models rollback': ['promote', '--force', '--reason', 'to have something to go back from'],
};

describe('every command', () => {
  let place: Workplace;
  let databricks: FakeWorkspace;
  beforeAll(async () => {
    databricks = await startFakeWorkspace({ listingLag: 0 });
    place = createWorkplace(
      { small: smallWorkflow({ trees: 3, maxDepth: 4 }) },
      { DATABRICKS_HOST: databricks.host, DATABRICKS_TOKEN: databricks.token },
    );
  });
  afterAll(async () => {
    place.remove();
    await databricks.close();
  });

  it('is held to its documents below', () => {
    expect([...Object.keys(LINES), ...ENDLESS].sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
  });

  it.each(Object.keys(LINES))(
    'pm %s --json leaves one JSON document on stdout and nothing else',
    async (name) => {
      if (BEFORE[name] !== undefined) await place.json(...BEFORE[name], ...CONFIG);
      const words = await Promise.all(
        LINES[name]!.map(async (word) =>
          word === 'RUN'
            ? (await runsOf(place, CONFIG[1]!)).at(-1)!.runId
            : word === 'JOB_RUN'
              ? await startedRun(databricks)
              : word,
        ),
      );
      const { code, out, err } = await place.pm(...name.split(' '), ...words, ...CONFIG, '--json');
      expect([code, err]).toEqual([0, expect.not.stringContaining('pm:')]);
      expect(JSON.parse(out)).toEqual(expect.any(Object));
      expect(out.endsWith('\n')).toBe(true);
    },
  );

  it('refuses to put CSV where a JSON document was asked for', async () => {
    const { code, out } = await place.pm('tables', 'export', 'machines', '--format', 'csv', '--json');
    expect([code, JSON.parse(out).error.code]).toEqual([2, 'usage']);
  });

  it.each(COMMANDS.map(({ name }) => name))(
    'pm %s --help shows its examples and every flag',
    async (name) => {
      const { examples, options } = COMMANDS.find((command) => command.name === name)!;
      const { code, out } = await place.pm(...name.split(' '), '--help');
      // The help is wrapped, also within an example.
      const text = out.replaceAll(/\s+/g, ' ');
      expect([code, examples.length > 0]).toEqual([0, true]);
      for (const [line] of examples) expect(text).toContain(`pm ${line}`);
      for (const [option, { positional }] of Object.entries(options)) {
        expect(text).toContain(positional === undefined ? `--${flagName(option)}` : flagName(option));
      }
      for (const flag of ['--config', '--lake', '--json']) expect(text).toContain(flag);
    },
  );

  it('is in the help of pm', async () => {
    const { code, out } = await place.pm('--help');
    expect(code).toBe(0);
    for (const { name } of COMMANDS) expect(out).toContain(name.split(' ')[0]);
  });
});

describe('a notebook', () => {
  const folder = resolve(import.meta.dirname, '../../../../orchestrator-notebooks');
  const notebooks = globSync('*.py', { cwd: folder })
    .map((file) => basename(file, '.py'))
    .filter((name) => !['pm_command', 'full_scoring_workflow'].includes(name));

  it.each(notebooks)('%s has only flags of its command as widgets', (name) => {
    const { command, widgets } = readNotebook(join(folder, `${name}.py`));
    const options = COMMANDS.find((one) => one.name === command)?.options ?? {};
    const flags = ['config', 'lake', ...Object.keys(options).map(flagName)];
    expect(flags).toEqual(expect.arrayContaining(Object.keys(widgets)));
    expect([name, name.startsWith('explore_') ? 'report explore' : name]).toEqual([name, command]);
  });
});

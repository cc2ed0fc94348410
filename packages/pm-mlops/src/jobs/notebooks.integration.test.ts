import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pythonFor } from 'pm-core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runNotebook, startNotebook } from './testing/run-notebook.ts';

/** A pm that tells its arguments, one a line, and its workspace in its JSON, and progress on stderr. */
const FAKE_PM = `#!/bin/sh
echo "working" >&2
for word in "$@"; do case "$word" in --output=*) page="\${word#--output=}"; echo "<h1>$page</h1>" >"$page";; esac; done
case "$*" in *endless*) trap 'touch "$0.ended"; exit 143' TERM; while :; do sleep 0.05; done;; esac
case "$*" in *corrupt*) echo "pm: The file is corrupt." >&2; exit 1;; esac
printf '{"modelVersion": "7", "rows": 12, "tables": [], "host": "%s", "uri": "%s", "experiment": "%s", "token": %s, "user": "%s", "output": "%s", "arguments": "' \\
  "$DATABRICKS_HOST" "$MLFLOW_TRACKING_URI" "$MLFLOW_EXPERIMENT_NAME" "\${#DATABRICKS_TOKEN}" "$USER" "$page"
for word in "$@"; do printf '%s|' "$word"; done
printf '", "variables": "%s"}' "\${#AWS_ACCESS_KEY_ID}|\${#AWS_SECRET_ACCESS_KEY}|\${#note}|$HOME"
case "$1" in promote) exit 3;; esac
`;

const TOOL = resolve(import.meta.dirname, '../../../../tools/notebook.py');
const python = pythonFor();
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'pm-notebooks-'));
  cpSync(resolve(import.meta.dirname, '../../../../orchestrator-notebooks'), join(root, 'notebooks'), {
    recursive: true,
  });
  writeFileSync(join(root, 'pm'), FAKE_PM);
  chmodSync(join(root, 'pm'), 0o755);
});
afterAll(() => rmSync(root, { recursive: true }));

const run = (name: string, widgets: Record<string, string>, environment: Record<string, string> = {}) =>
  runNotebook(python!, join(root, 'notebooks', `${name}.py`), widgets, { environment });

describe.skipIf(python === undefined)('a notebook as it is (needs Python ≥ 3.11)', () => {
  it('runs its command with its widgets as flags, leaving empty ones out', () => {
    const { document } = run('ingest', { source: '/data/my files', replace: 'true' });
    const words = String(document.arguments).split('|');
    expect(words.slice(0, 2)).toEqual(['ingest', '--json']);
    expect(words).toEqual(
      expect.arrayContaining([
        '--config=config/predictive-maintenance.yaml',
        '--lake=./lake',
        '--source=/data/my files',
        '--replace=true',
      ]),
    );
    expect(document.arguments).not.toContain('--machines');
  });

  it('runs outside Databricks by tools/notebook.py, and refuses a widget that it lacks', () => {
    const local = (...words: string[]) =>
      spawnSync(python!, [TOOL, join(root, 'notebooks', 'explore_wine.py'), ...words], { encoding: 'utf8' });
    const { status, stdout } = local('lake=/other', `output=${join(root, 'wine.html')}`);
    expect(status).toBe(0);
    expect(JSON.parse(stdout.replace('working\n', '')).arguments).toContain(
      '|--lake=/other|--stage=samples|',
    );
    expect(existsSync(join(root, 'wine.html'))).toBe(true);
    expect(local('lakes=/other')).toMatchObject({
      status: 1,
      stderr: 'explore_wine.py has no widget lakes: it has config, lake, stage, output.\n',
    });
  });

  it('takes no job parameter for a flag', () => {
    const { document } = run('ingest', { LAKE: '/other', promoteTo: 'Staging' });
    expect(document.arguments).not.toMatch(/LAKE|promoteTo|other/);
  });

  it('shows progress in the cell and sets texts and numbers as task values', () => {
    const { printed, taskValues } = run('train', {});
    expect(printed).toMatch(/^working$/m);
    expect(taskValues).toMatchObject({ modelVersion: '7', rows: 12 });
    expect(taskValues).not.toHaveProperty('tables');
  });

  it('shows what its command says while it runs, and ends the command when its cell is cancelled', async () => {
    const notebook = join(root, 'notebooks/ingest.py');
    const cell = startNotebook(python!, notebook, { source: 'endless' }, { onOutput: () => cell.cancel() });
    const { raised, printed } = await cell.ended;
    expect(raised).toBe(true);
    expect(printed).toMatch(/^working$/m);
    expect(printed).toContain('KeyboardInterrupt');
    expect(existsSync(join(root, 'pm.ended'))).toBe(true);
  });

  it('runs a command of several words', () => {
    const { document } = run('full_scoring_workflow', { param: 'SOURCE=/raw' });
    const words = String(document.arguments).split('|');
    expect(words.slice(0, 4)).toEqual(['jobs', 'run', 'batch-scoring', '--json']);
    expect(words.slice(4).sort()).toEqual(['', '--param=SOURCE=/raw', '--target=local']);
  });

  it.each([
    ['telemetry', 'telemetry', 'predictive-maintenance'],
    ['features', 'features', 'predictive-maintenance'],
    ['model', 'model', 'predictive-maintenance'],
    ['predictions', 'predictions', 'predictive-maintenance'],
    ['wine', 'samples', 'wine-quality'],
  ])('shows the page of explore_%s', (name, stage, config) => {
    const output = join(root, `${name}.html`);
    const { document, printed } = run(`explore_${name}`, { output });
    expect(printed).toContain(`PAGE <h1>${output}</h1>`);
    const words = String(document.arguments).split('|');
    expect(words.slice(0, 3)).toEqual(['report', 'explore', '--json']);
    expect(words).toEqual(expect.arrayContaining([`--stage=${stage}`, `--config=config/${config}.yaml`]));
  });

  it("ends done where the gate says no, and fails with the command's own message otherwise", () => {
    expect(run('promote', {}).status).toBe(0);
    const { status, printed, raised } = run('ingest', { source: 'corrupt' });
    expect([status, raised]).toEqual([1, true]);
    expect(printed).toContain(
      'RuntimeError: pm ingest ended with exit code 1\nworking\npm: The file is corrupt.',
    );
  });

  it('gives pm the environment that the deploy wrote beside it, unless the cluster has its own', () => {
    const settings = join(root, 'notebooks/environment.json');
    writeFileSync(settings, '{"MLFLOW_EXPERIMENT_NAME": "/Shared/pumps"}');
    try {
      expect(run('train', {}).document.experiment).toBe('/Shared/pumps');
      const own = { MLFLOW_EXPERIMENT_NAME: '/Shared/mine' };
      expect(run('train', {}, own).document.experiment).toBe('/Shared/mine');
    } finally {
      rmSync(settings);
    }
  });

  it('gives pm its own right to the workspace, unless told otherwise, and never prints it', () => {
    const context = {
      NOTEBOOK_HOST: 'https://adb-1.2.azuredatabricks.net',
      NOTEBOOK_TOKEN: 'dapi-planted',
      NOTEBOOK_USER: 'ann@example.com',
    };
    const own = run('train', {}, { USER: 'root', ...context });
    expect(own.document).toMatchObject({
      host: context.NOTEBOOK_HOST,
      uri: 'databricks',
      token: 12,
      user: 'ann@example.com',
    });
    expect(own.printed).not.toContain('dapi-planted');
    expect(run('train', {}, { ...context, MLFLOW_TRACKING_URI: 'http://mlflow' }).document.uri).toBe(
      'http://mlflow',
    );
    expect(run('train', {}).document).toMatchObject({ host: '', uri: '', token: 0 });
  });

  describe('with a secret scope', () => {
    const secrets = {
      AWS_ACCESS_KEY_ID: 'planted-id',
      AWS_SECRET_ACCESS_KEY: 'planted-key',
      note: 'planted-note',
      HOME: 'planted-home',
    };
    const NOTEBOOK_SECRETS = JSON.stringify({ plant: secrets });

    it('puts its keys that are written like variables into the environment, which comes first', () => {
      const { document, printed } = run(
        'ingest',
        { SECRET_SCOPE: 'plant' },
        { NOTEBOOK_SECRETS, HOME: '/home/planner' },
      );
      expect(document.variables).toBe('10|11|0|/home/planner');
      expect(printed).not.toContain('planted');
    });

    it('that it may not read goes on, saying so in a line', () => {
      const { document, printed } = run('ingest', { SECRET_SCOPE: 'other' }, { NOTEBOOK_SECRETS });
      expect(document.variables).toBe('0|0|0|');
      expect(printed).toContain(
        'Secrets of the scope other are not used: Secret does not exist with scope: other\n',
      );
    });

    it('reads none that no job names', () => {
      const { document } = run('ingest', {}, { NOTEBOOK_SECRETS });
      expect(document.variables).toBe('0|0|0|');
    });
  });
});

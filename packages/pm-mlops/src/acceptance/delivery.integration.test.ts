import { spawn } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pythonFor } from 'pm-core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type FakeWorkspace, startFakeWorkspace } from '../databricks/testing/fake-workspace/index.ts';
import { runOnDriver } from './testing/driver.ts';
import { smallWorkflow } from './testing/small-fleet.ts';

const repository = resolve(import.meta.dirname, '../../../..');
const isLinux = `${process.platform}-${process.arch}` === 'linux-x64';
const python = pythonFor();
const NAMES = ['staging', 'prod'] as const;
type Name = (typeof NAMES)[number];
/** In every secret of this delivery. */
const CANARY = 'canary-7f3a';

interface Step {
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}
const workflow: { jobs: Record<string, { env: Record<string, string>; steps: Step[] }> } = parse(
  readFileSync(join(repository, '.github/workflows/delivery.yml'), 'utf8'),
);

let root: string;
let workspaces: Record<Name, FakeWorkspace>;
let said = '';
const shown = new Set<string>();

describe.skipIf(!isLinux || python === undefined)('the delivery, step by step as its file says', () => {
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'pm-delivery-'));
    writeFileSync(join(root, 'installed'), '');
    const opened = await Promise.all(NAMES.map(open));
    workspaces = Object.fromEntries(NAMES.map((name, index) => [name, opened[index]!])) as typeof workspaces;
  });
  afterAll(async () => {
    await Promise.all(Object.values(workspaces).map((workspace) => workspace.close()));
    rmSync(root, { recursive: true, force: true });
  });

  /** A workspace whose tasks run as processes from the deployed archive, with a small fleet for the workflow's. */
  async function open(name: Name): Promise<FakeWorkspace> {
    const driver = join(root, name);
    mkdirSync(join(driver, 'config'), { recursive: true });
    const small = { name: 'predictive-maintenance', ...smallWorkflow({ trees: 3, maxDepth: 4 }) };
    writeFileSync(join(driver, 'config/predictive-maintenance.yaml'), stringify(small));
    return startFakeWorkspace({
      userName: `robot-${name}@example.com`,
      tokens: [`${CANARY}-token-${name}`],
      client: { id: `robot-${name}`, secret: `${CANARY}-${name}` },
      stepsPerLook: 2,
      runTask: runOnDriver(() => workspaces[name], driver, python!),
    });
  }

  /** The variables and secrets of an environment on GitHub. */
  const settingsOf = (name: Name, prefix = ''): Record<string, string> => ({
    [`${prefix}DATABRICKS_HOST`]: workspaces[name].host,
    [`${prefix}DATABRICKS_CLIENT_ID`]: `robot-${name}`,
    [`${prefix}DATABRICKS_CLIENT_SECRET`]: `${CANARY}-${name}`,
  });

  /** Runs the steps of a job in order, each in a shell of its own. */
  async function runJob(job: string, settings: Readonly<Record<string, string>>): Promise<void> {
    const { env, steps } = workflow.jobs[job]!;
    const filled = (fields: Readonly<Record<string, string>> = {}) =>
      Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [
          name,
          value.replace(/\$\{\{ (?:vars|secrets)\.(\w+) \}\}/, (_, key: string) => settings[key] ?? ''),
        ]),
      );
    for (const { run, env: own } of steps)
      if (run !== undefined) await shell(run, { ...filled(env), ...filled(own) });
  }

  /** @throws what the script said where it fails. */
  async function shell(
    script: string,
    environment: Readonly<Record<string, string>>,
    stdin = '',
  ): Promise<string> {
    const child = spawn('bash', ['-e', '-c', script], {
      cwd: repository,
      env: {
        PATH: process.env.PATH,
        HOME: root,
        // Installed is what runs this test.
        MAKEFLAGS: `INSTALLED=${join(root, 'installed')}`,
        ...environment,
      },
    });
    const watch = setInterval(lookAtCommandLines, 50);
    // Most commands read nothing and are gone before this is written.
    child.stdin.on('error', () => {}).end(stdin);
    let out = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        out += text;
      });
    const code = await new Promise((done) => child.on('close', done));
    clearInterval(watch);
    said += out;
    if (code !== 0) throw new Error(`${script} ended with ${code}:\n${out}`);
    return out;
  }

  it('delivers to staging, where the trained version stands in Staging', async () => {
    const settings = settingsOf('staging');
    await shell(
      'make databricks-secrets-put KEY=STORAGE_KEY TARGET=staging',
      settings,
      `${CANARY}-storage\n`,
    );
    await runJob('staging', settings);
    expect(await stagesIn('staging')).toEqual(['Staging']);
  }, 600_000);

  it('takes that very version to production, promotes it and scores with it', async () => {
    await runJob('production', { ...settingsOf('prod'), ...settingsOf('staging', 'STAGING_') });
    expect(await stagesIn('prod')).toEqual(['Production']);
    expect(said).toMatch(/equal at both ends/);
    expect(said).toMatch(/promote: promote true, .*reason .*stage Production/);
    expect(said).toMatch(/by robot-prod@example\.com/);
    expect(globSync('prod/Volumes/**/lake/predictions/*.parquet', { cwd: root })).not.toEqual([]);
    const again = await shell('make deploy TARGET=prod', { DATABRICKS_CONFIG_PROFILE: 'prod' });
    expect(again).toMatch(/^0 changes/m);
  }, 600_000);

  it('shows no secret: to people, in command lines, to other endpoints, in what tasks leave', () => {
    expect(said).not.toContain(CANARY);
    expect([...shown].filter((line) => line.includes(CANARY))).toEqual([]);
    expect(shown.size).toBeGreaterThan(20);
    for (const { requests, state } of Object.values(workspaces)) {
      const other = requests.filter(({ path }) => !/secrets\/put$|oidc/.test(path));
      expect(other.filter((one) => JSON.stringify(one.body ?? '').includes(CANARY))).toEqual([]);
      expect(requests.filter(({ path }) => path.includes(CANARY))).toEqual([]);
      const stored = [...state.tree.values()].map(({ content }) => content.toString('latin1'));
      const left = [...state.runs.values()].flatMap(({ tasks }) => tasks.map(({ outcome }) => outcome));
      expect(JSON.stringify([stored, left])).not.toContain(CANARY);
    }
  });
});

/** Command lines of all processes, as any user of the machine may see them. */
function lookAtCommandLines(): void {
  for (const file of globSync('/proc/[0-9]*/cmdline'))
    try {
      shown.add(readFileSync(file, 'utf8').replaceAll('\0', ' '));
    } catch {
      // It has ended meanwhile.
    }
}

/** Of the versions of the model in a workspace's registry. */
async function stagesIn(name: Name): Promise<string[]> {
  const { host, token } = workspaces[name];
  const route = '/api/2.0/mlflow/model-versions/search?filter=name%3D%27predictive-maintenance%27';
  const answer = await fetch(`${host}${route}`, { headers: { authorization: `Bearer ${token}` } });
  const { model_versions } = (await answer.json()) as { model_versions: { current_stage: string }[] };
  return model_versions.map(({ current_stage }) => current_stage);
}

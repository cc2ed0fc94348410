import { execFileSync } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pythonFor } from 'pm-core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { runNotebook, startNotebook } from '../jobs/testing/run-notebook.ts';
import { buildArchive } from '../testing/archive.ts';
import { type MlflowServer, startMlflowServer } from '../testing/mlflow-server.ts';
import { smallWorkflow } from './testing/small-fleet.ts';

const repository = resolve(import.meta.dirname, '../../../..');
const isLinux = `${process.platform}-${process.arch}` === 'linux-x64';
const python = pythonFor();
const TOKEN = 'dapi-planted-secret';

let root: string;
let archive: string;
beforeAll(() => {
  if (!isLinux) return;
  root = mkdtempSync(join(tmpdir(), 'pm-archive-'));
  archive = buildArchive(join(root, 'dist'));
  mkdirSync(join(root, 'tmp'));
  // More than one tree and core: worker threads grow them.
  const workflow = { name: 'predictive-maintenance', ...smallWorkflow({ trees: 8, maxDepth: 5 }) };
  writeFileSync(join(root, 'small.yaml'), stringify(workflow));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.skipIf(!isLinux)('the archive (linux-x64)', () => {
  it('is the same, byte for byte, when made again', () => {
    const again = buildArchive(join(root, 'again'));
    expect(basename(again)).toBe(basename(archive));
    expect(readFileSync(again).equals(readFileSync(archive))).toBe(true);
  });

  it('runs from any folder, without a checkout, a Node or a package beside it', () => {
    const home = join(root, 'a folder');
    mkdirSync(home);
    execFileSync('tar', ['-xzf', archive, '-C', home]);
    const work = mkdtempSync(join(root, 'work-'));
    const pm = (...words: string[]) =>
      execFileSync(join(home, 'pm'), words, {
        cwd: work,
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin', HOME: work },
      });
    expect(pm('--version').trim()).toBe(
      JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')).version,
    );
    const { findings } = JSON.parse(pm('doctor', '--json'));
    expect(findings.filter((one: { state: string }) => one.state === 'bad')).toEqual([]);
    expect(JSON.parse(pm('jobs', 'validate', '--json')).faults).toEqual([]);
    const config = ['--config', join(root, 'small.yaml')];
    pm('ingest', ...config);
    expect(JSON.parse(pm('train', ...config, '--json')).modelVersion).toBe('1');
    expect(readdirSync(work)).toEqual(expect.arrayContaining(['lake', 'mlartifacts', 'mlflow.db']));
  });

  it('has native libraries of linux-x64 only', () => {
    const libraries = execFileSync('tar', ['-tzf', archive], { encoding: 'utf8' })
      .split('\n')
      .filter((file) => /\.(node|so|dylib|dll)(\.\d+)*$/.test(file));
    expect(libraries.length).toBe(4);
    for (const file of libraries) expect(file).toMatch(/linux[/-]x64/);
  });
});

describe.skipIf(!isLinux || python === undefined)(
  'the notebooks, from the archive (linux-x64, Python)',
  () => {
    let server: MlflowServer;
    let environment: Record<string, string>;
    const notebook = (name: string) => join(root, 'release/orchestrator-notebooks', `${name}.py`);
    const flags = () => ({ config: join(root, 'small.yaml'), lake: join(root, 'volume/lake') });
    const run = (name: string, widgets: Record<string, string> = flags()) =>
      runNotebook(python!, notebook(name), widgets, { environment });

    beforeAll(async () => {
      cpSync(join(repository, 'orchestrator-notebooks'), join(root, 'release/orchestrator-notebooks'), {
        recursive: true,
      });
      writeFileSync(join(root, 'release/orchestrator-notebooks/archive.txt'), `${archive}\n`);
      server = await startMlflowServer();
      environment = {
        PATH: '/usr/bin:/bin',
        HOME: root,
        TMPDIR: join(root, 'tmp'),
        MLFLOW_TRACKING_URI: server.baseUrl,
        PM_LAKE_ON_VOLUME: '1',
        NOTEBOOK_HOST: 'https://workspace.example.com',
        NOTEBOOK_TOKEN: TOKEN,
      };
    });
    afterAll(() => server.close());

    it('train, promote and score on a volume, against a real MLflow server', () => {
      expect(run('ingest').document).toMatchObject({ tables: expect.anything() });
      expect(run('features').status).toBe(0);
      const train = run('train');
      expect(train.printed).toMatch(/^fit the random-forest/m);
      expect(train.taskValues).toMatchObject({
        modelVersion: '1',
        modelUri: 'models:/predictive-maintenance/1',
      });
      const evaluated = run('evaluate', { ...flags(), model: String(train.taskValues.modelUri) });
      expect(evaluated.status).toBe(0);
      expect(run('promote', { ...flags(), version: String(train.taskValues.modelVersion) }).status).toBe(0);
      const scored = run('score');
      expect(scored.status).toBe(0);
      const all = [train, evaluated, scored].map(({ printed }) => printed).join('');
      expect(all).not.toContain(TOKEN);
      expect(readdirSync(join(root, 'tmp')).filter((name) => name.startsWith('pm-lake'))).toEqual([
        'pm-lakes',
      ]);
      expect(readdirSync(join(root, 'tmp/pm-lakes'))).toEqual([]);
    });

    it('unpack the archive once', () => {
      const [folder] = globSync('tmp/pm-*/pm-*', { cwd: root });
      expect(folder).toContain(basename(archive, '.tar.gz'));
      expect(globSync('tmp/pm-*/draft', { cwd: root })).toEqual([]);
    });

    it('score as one workflow, and check what is installed', () => {
      const workflow = run('full_scoring_workflow', { param: `LAKE=${flags().lake}` });
      expect([workflow.status, workflow.document.state]).toEqual([0, 'SUCCESS']);
      expect(run('doctor').status).toBe(0);
    });

    it('leave a lake that the next run repairs when they are killed', async () => {
      const own = { config: join(root, 'small.yaml'), lake: join(root, 'volume/killed') };
      for (const name of ['ingest', 'features', 'score']) {
        const kill = new AbortController();
        const options = { environment, signal: kill.signal, onOutput: () => kill.abort() };
        const killed = await startNotebook(python!, notebook(name), own, options).ended;
        expect([name, killed.raised]).toEqual([name, true]);
        expect([name, run(name, own).status]).toEqual([name, 0]);
      }
      expect(readdirSync(join(root, 'tmp/pm-lakes'))).toEqual([]);
    });

    it("fail with the command's own message", () => {
      const { raised, printed } = run('ingest', { ...flags(), source: '/no/such/folder' });
      expect(raised).toBe(true);
      expect(printed).toMatch(
        /RuntimeError: pm ingest ended with exit code 1\n(.*\n)*pm: .*\/no\/such\/folder/,
      );
    });

    it('run within a Spark session, which reads what they leave', () => {
      const python = pythonFor('requirements-spark.txt');
      const { status, printed, document } = runNotebook(python!, notebook('score'), flags(), {
        environment: {
          ...environment,
          ...(process.env.JAVA_HOME ? { JAVA_HOME: process.env.JAVA_HOME } : {}),
        },
        spark: true,
      });
      expect(printed).toMatch(/^SPARK ROWS [1-9]\d{3}$/m);
      expect([status, document.modelVersion]).toEqual([0, '1']);
    });
  },
);

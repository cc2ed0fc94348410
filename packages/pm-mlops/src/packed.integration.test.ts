import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonFor } from 'pm-core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MlflowServer, startMlflowServer } from './testing/mlflow-server.ts';
import { installPacked, type PackedProject } from './testing/packed-project.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../docs/mlflow-client.md'), 'utf8');
const examples = [...guide.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);

describe.skipIf(pythonFor() === undefined)('the packed packages (skipped without Python ≥ 3.11)', () => {
  let project: PackedProject;
  let starting: Promise<MlflowServer>;
  let server: MlflowServer;

  beforeAll(async () => {
    starting = startMlflowServer();
    project = await installPacked();
    server = await starting;
  });

  afterAll(async () => {
    await (await starting).close();
    project?.remove();
  });

  it('hold JavaScript, declarations and what they read, and no test', () => {
    const files = globSync('node_modules/pm-*/**/*', { cwd: project.directory, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules/pm-core/node_modules'))
      .map(({ name }) => name);
    const expected = /^(package\.json|LICENSE|schema\.sql|.+(?<!\.test)\.js|.+(?<!\.test)\.d\.ts)$/;
    expect(files.filter((name) => !expected.test(name))).toEqual([]);
    expect(files).toContain('schema.sql');
    expect(files).toContain('tree-worker.js');
  });

  it('have no script that runs where they are installed', () => {
    for (const name of ['pm-core', 'pm-mlops']) {
      const text = readFileSync(join(project.directory, 'node_modules', name, 'package.json'), 'utf8');
      const { scripts, dependencies } = JSON.parse(text) as Record<string, Record<string, string>>;
      expect(Object.keys(scripts ?? {})).toEqual([]);
      expect(Object.values(dependencies!).filter((range) => /workspace|catalog|file/.test(range))).toEqual(
        [],
      );
    }
  });

  it('type check: every example of the guide passes and a wrong argument does not', async () => {
    for (const [at, code] of examples.entries()) project.write(`example-${at}.ts`, code);
    expect(await project.typeCheck()).toBe('');
    project.write('wrong.ts', "import { getRun } from 'pm-mlops';\nawait getRun('not a client', 'id');\n");
    expect(await project.typeCheck()).toMatch(/^wrong\.ts.*'string' is not assignable.*'MlflowClient'/s);
    project.write('wrong.ts', '');
  });

  it('run: every example of the guide prints what its comments say, against a real server', async () => {
    expect(examples.length).toBeGreaterThan(6);
    for (const [at, code] of examples.entries()) {
      project.write(`example-${at}.ts`, code);
      const said = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, output]) => output);
      const printed = await project.node(`example-${at}.ts`, { MLFLOW_TRACKING_URI: server.baseUrl });
      expect(printed.trim().split('\n')).toEqual(said);
    }
  });

  it('serve a plain JavaScript project, and the client loads no native library', async () => {
    project.write(
      'client.js',
      `import { createMlflowClient, serverFeatures } from 'pm-mlops';
       const mlflow = createMlflowClient({ trackingUri: process.env.MLFLOW_TRACKING_URI });
       const { sharedObjects } = process.report.getReport();
       const native = sharedObjects.filter((file) => /duckdb|onnxruntime/.test(file));
       console.log(JSON.stringify({ ...(await serverFeatures(mlflow)), native }));`,
    );
    const printed = await project.node('client.js', { MLFLOW_TRACKING_URI: server.baseUrl });
    expect(JSON.parse(printed)).toEqual({ version: '3.17.2', hasLoggedModels: true, native: [] });
  });

  it('simulate a fleet and grow the same forest on worker threads as on none', async () => {
    project.write('forest.js', forestScript);
    const { machines, alone, threads } = JSON.parse(await project.node('forest.js'));
    expect(machines).toBe(3);
    expect(alone).toMatch(/^[0-9a-f]{64}$/);
    expect(threads).toBe(alone);
  });
});

const forestScript = `
import { createHash } from 'node:crypto';
import { trainForest } from 'pm-core/forest';
import { simulateFleet } from 'pm-core/simulate';

const fleet = simulateFleet({ machines: 3, hours: 600, seed: 7, start: '2026-01-01T00:00:00' });
const volts = [...fleet].map(({ telemetry }) => telemetry.volt);
const rowCount = volts.reduce((sum, one) => sum + one.length, 0);
const column = new Float32Array(new SharedArrayBuffer(rowCount * 4));
volts.reduce((at, one) => (column.set(one, at), at + one.length), 0);
const labels = Uint8Array.from(column, (volt) => (volt > 170 ? 1 : 0));
const matrix = { featureNames: ['volt'], rowCount, columns: [column] };
const digest = async (workers) => {
  const params = { algorithm: 'random-forest', trees: 4, maxDepth: 6, bins: 32, minRowsPerLeaf: 1,
    featuresPerNode: 'sqrt', subsample: 0.632, seed: 1 };
  const { ensemble } = await trainForest(matrix, labels, { classes: ['low', 'high'], params, workers });
  const hash = createHash('sha256');
  for (const part of Object.values(ensemble)) hash.update(ArrayBuffer.isView(part) ? part : JSON.stringify(part));
  return hash.digest('hex');
};
console.log(JSON.stringify({ machines: volts.length, alone: await digest(1), threads: await digest(2) }));
`;

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonFor } from '../packages/pm-core/src/testing/python.ts';
import { createEmbeddedFetch } from '../packages/pm-mlops/src/mlflow/embedded/index.ts';
import {
  createMlflowClient,
  createRun,
  endRun,
  experimentIdByName,
  logBatch,
  type Metric,
  type MlflowClient,
} from '../packages/pm-mlops/src/mlflow/index.ts';
import { startMlflowServer } from '../packages/pm-mlops/src/testing/mlflow-server.ts';

/**
 * Our client and Python's MlflowClient log the same: 1,000 runs (created, a batch of 10 metrics, ended), and 10,000 metrics
 * of one run, one call each and in batches. Once on one real server, once in an SQLite file of their own.
 * The same calls take the same time on a server, which does the work. People write other calls: Python's `log_metric` in a
 * loop, a run at a time, for which our logBatch takes the values as they are and an asynchronous client has runs in flight.
 * BENCH_RUNS makes it smaller: so many runs, and ten times as many metrics.
 */
const runs = Number(process.env.BENCH_RUNS ?? 1000);
const metrics = 10 * runs;
const runsInFlight = 8;
/** Looked up once, as the Python script does. */
const experiments = new Map<MlflowClient, string>();

const python = pythonFor();
if (python === undefined) throw new Error('this section needs Python 3.11 or newer');
const folder = mkdtempSync(join(tmpdir(), 'bench-mlflow-'));
try {
  await againstServer();
  await againstFile();
} finally {
  rmSync(folder, { recursive: true });
}

async function againstServer(): Promise<void> {
  const server = await startMlflowServer();
  try {
    const theirs = pythonSeconds(server.baseUrl);
    const client = createMlflowClient({ trackingUri: server.baseUrl });
    report('one MLflow server', theirs, await ourSeconds(client));
    const together = await seconds(() => logRuns(client, runsInFlight));
    line(`${runs} runs, ours ${runsInFlight} at a time`, theirs[0]!, together);
    const batched = await seconds(() => logInBatches(client));
    line('both as people write it (see above)', theirs[0]! + theirs[1]!, together + batched);
  } finally {
    await server.close();
  }
}

async function againstFile(): Promise<void> {
  const theirs = pythonSeconds(`sqlite:///${join(folder, 'python.db')}`);
  const files = { databaseFile: join(folder, 'mlflow.db'), artifactDirectory: join(folder, 'mlartifacts') };
  const fetch = createEmbeddedFetch(files);
  const client = createMlflowClient({ trackingUri: 'http://embedded.invalid', fetch });
  report('an SQLite file: embedded store, Python with sqlite:///', theirs, await ourSeconds(client));
  fetch.close();
}

/** Seconds of logging runs, metrics one by one, and metrics in batches. */
async function ourSeconds(client: MlflowClient): Promise<number[]> {
  await newRun(client);
  return [
    await seconds(() => logRuns(client, 1)),
    await seconds(() => logOneByOne(client)),
    await seconds(() => logInBatches(client)),
  ];
}

async function logRuns(client: MlflowClient, inFlight: number): Promise<void> {
  let left = runs;
  const worker = async () => {
    while (left-- > 0) {
      const runId = await newRun(client);
      await logBatch(client, runId, { metrics: Array.from({ length: 10 }, (_, step) => point(step)) });
      await endRun(client, runId, 'FINISHED', Date.now());
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

async function logOneByOne(client: MlflowClient): Promise<void> {
  const runId = await newRun(client);
  for (let step = 0; step < metrics; step++) await logBatch(client, runId, { metrics: [point(step)] });
}

async function logInBatches(client: MlflowClient): Promise<void> {
  const points = Array.from({ length: metrics }, (_, step) => point(step));
  await logBatch(client, await newRun(client), { metrics: points });
}

async function newRun(client: MlflowClient): Promise<string> {
  const experimentId = experiments.get(client) ?? (await experimentIdByName(client, 'ours'));
  experiments.set(client, experimentId);
  const run = { experimentId, runName: 'bench', startTimeMs: Date.now(), tags: { team: 'bench' } };
  return (await createRun(client, run)).runId;
}

function point(step: number): Metric {
  return { key: 'loss', value: 1 / (step + 1), step, timestampMs: Date.now() };
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

function pythonSeconds(uri: string): number[] {
  const script = join(import.meta.dirname, 'peers/log_runs.py');
  const printed = execFileSync(python!, [script, uri, `${runs}`, `${metrics}`], {
    env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(printed.trim().split('\n').at(-1)!); // before it MLflow prints where each run can be seen
}

function report(title: string, theirs: readonly number[], ours: readonly number[]): void {
  const names = [`${runs} runs`, `${metrics} metrics, one a call`, `${metrics} metrics, 1000 a call`];
  console.log(`${title}: seconds of Python, ours`);
  for (const [n, name] of names.entries()) line(name, theirs[n]!, ours[n]!);
}

function line(name: string, theirs: number, ours: number): void {
  const ratio = (theirs / ours).toFixed(1);
  console.log(
    `  ${name.padEnd(34)} ${theirs.toFixed(2).padStart(8)} ${ours.toFixed(2).padStart(8)}  ${ratio} ×`,
  );
}

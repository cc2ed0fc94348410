import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { pythonFor } from 'pm-core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MlflowServer, startMlflowServer } from '../../testing/mlflow-server.ts';
import { serveTracking, type TrackingServer } from './serve-tracking.ts';
import { refusalsOf } from './testing/refused-requests.ts';
import { runPython, runPythonWith } from './testing/run-python.ts';
import { plantRuns, searchRequest } from './testing/search-requests.ts';

describe.skipIf(pythonFor() === undefined)('the tracking server beside mlflow server', () => {
  let theirs: MlflowServer;
  let ours: TrackingServer;
  let guarded: TrackingServer;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'python-client-'));
    theirs = await startMlflowServer();
    ours = await serveTracking({
      databaseFile: join(folder, 'mlflow.db'),
      artifactDirectory: join(folder, 'mlartifacts'),
      port: 0,
    });
    guarded = await serveTracking({
      databaseFile: join(folder, 'guarded', 'mlflow.db'),
      artifactDirectory: join(folder, 'guarded', 'mlartifacts'),
      port: 0,
      access: { basic: { username: 'ada', password: 'p:w' }, token: 'secret' },
    });
  });
  afterAll(async () => {
    await theirs?.close();
    await ours?.close();
    await guarded?.close();
    rmSync(folder, { recursive: true });
  });

  test("gives MLflow's Python client the same: runs, artifacts, models, searches, stages, aliases, refusals, through a login", async () => {
    const login = { MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'p:w' };
    const [seen, expected] = await Promise.all([
      runPythonWith(login, 'use_server', guarded.url),
      runPython('use_server', theirs.baseUrl),
    ]);
    expect(seen).toEqual(expected);
    expect(seen).toMatchObject({
      files: { onnxPredictions: [[3]], table: { risk: [0.5, 0.5] }, isChildOfParent: true },
      restored: 'active',
      registry: {
        champion: '1',
        stages: [
          ['1', 'Archived'],
          ['2', 'Production'],
        ],
      },
    });
  });

  test('lets the Python client in with a token, and keeps it out without', async () => {
    const created = await fetch(`${guarded.url}/api/2.0/mlflow/runs/create`, {
      method: 'POST',
      body: '{"experiment_id":"0"}',
      headers: { 'content-type': 'application/json', authorization: 'Bearer secret' },
    });
    const { run_id } = ((await created.json()) as { run: { info: { run_id: string } } }).run.info;
    await runPythonWith({ MLFLOW_TRACKING_TOKEN: 'secret' }, 'log_metrics', guarded.url, run_id, '3');
    await expect(runPython('log_metrics', guarded.url, run_id, '3')).rejects.toThrow('not authenticated');
  });

  test("refuses what MLflow's own REST tests expect to be refused, in the same words", async () => {
    expect(await refusalsOf(ours.url)).toEqual(await refusalsOf(theirs.baseUrl));
  });

  test('finds the same runs in the same order for any filter and order', async () => {
    const [here, there] = [await plantRuns(ours.url), await plantRuns(theirs.baseUrl)];
    await fc.assert(
      fc.asyncProperty(searchRequest, async (request) => {
        expect(await here(request)).toEqual(await there(request));
      }),
      { numRuns: 300, endOnFailure: true },
    );
  });
});

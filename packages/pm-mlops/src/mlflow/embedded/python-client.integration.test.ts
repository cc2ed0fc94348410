import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MlflowServer, startMlflowServer } from '../../testing/mlflow-server.ts';
import { pythonFor } from '../../testing/python.ts';
import { serveTracking, type TrackingServer } from './serve-tracking.ts';
import { runPython } from './testing/run-python.ts';
import { plantRuns, searchRequest } from './testing/search-requests.ts';

describe.skipIf(pythonFor() === undefined)('the tracking server beside mlflow server', () => {
  let theirs: MlflowServer;
  let ours: TrackingServer;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'python-client-'));
    theirs = await startMlflowServer();
    ours = await serveTracking({
      databaseFile: join(folder, 'mlflow.db'),
      artifactDirectory: join(folder, 'mlartifacts'),
      port: 0,
    });
  });
  afterAll(async () => {
    await theirs?.close();
    await ours?.close();
    rmSync(folder, { recursive: true });
  });

  test("gives MLflow's Python client the same: runs, artifacts, models, searches, stages, aliases, refusals", async () => {
    const [seen, expected] = await Promise.all([
      runPython('use_server', ours.url),
      runPython('use_server', theirs.baseUrl),
    ]);
    expect(seen).toEqual(expected);
    expect(seen).toMatchObject({
      registry: {
        champion: '1',
        stages: [
          ['1', 'Archived'],
          ['2', 'Production'],
        ],
      },
    });
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

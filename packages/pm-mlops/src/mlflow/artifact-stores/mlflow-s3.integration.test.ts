import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { pythonFor } from 'pm-core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MlflowServer, startMlflowServer } from '../../testing/mlflow-server.ts';
import type { ProcessServer } from '../../testing/process-server.ts';
import { s3Environment, s3Python, startS3Server } from '../../testing/s3-server.ts';
import { openArtifacts } from '../artifacts.ts';
import { experimentIdByName } from '../experiments.ts';
import { createRun } from '../runs.ts';
import { openTracking } from '../tracking.ts';
import { readArtifact } from '../transfer.ts';

const needed = [pythonFor(), s3Python()];

describe.skipIf(needed.includes(undefined))(
  'a real MLflow server whose artifacts are in S3 (needs Python)',
  () => {
    let s3: ProcessServer;
    let mlflow: MlflowServer;
    let environment: Record<string, string>;
    beforeAll(async () => {
      s3 = await startS3Server('mlflow');
      environment = { ...s3Environment(s3), PYTHONPATH: packagesOf(s3Python()!) };
      mlflow = await startMlflowServer({
        arguments: ['--default-artifact-root', 's3://mlflow/root', '--no-serve-artifacts'],
        environment,
      });
    });
    afterAll(async () => {
      await mlflow?.close();
      await s3?.close();
    });

    test("our files are Python's and Python's are ours, none through the server", async () => {
      const { client } = await openTracking({
        environment: { ...environment, MLFLOW_TRACKING_URI: mlflow.baseUrl },
        cwd: mlflow.directory,
        homeDirectory: mlflow.directory,
      });
      const experimentId = await experimentIdByName(client, 'direct');
      const run = await createRun(client, { experimentId, startTimeMs: 1_700_000_000_000 });
      expect(run.artifactUri).toBe(`s3://mlflow/root/${experimentId}/${run.runId}/artifacts`);

      const files: Record<string, Buffer> = {
        'empty.txt': Buffer.alloc(0),
        'model/MLmodel': Buffer.from('flavors: {}\n'),
        'model/data/größe in parts.bin': Buffer.alloc(20 * 1024 * 1024, 'abc'),
      };
      const folder = openArtifacts(client, run.artifactUri);
      for (const [path, bytes] of Object.entries(files))
        await folder.write(path, new Blob([Uint8Array.from(bytes)]));

      const { digests, listed } = await pythonAt(run.runId);
      const ours = Object.entries(files).map(([path, bytes]) => [path, sha256(bytes)]);
      expect(digests).toEqual({
        ...Object.fromEntries(ours),
        'model/größe.txt': sha256(Buffer.from('from Python')),
      });
      expect((await folder.list('model')).map(({ path }) => path).sort()).toEqual(listed.sort());
      expect(`${await readArtifact(folder, 'model/größe.txt')}`).toBe('from Python');
    });

    async function pythonAt(runId: string): Promise<{ digests: Record<string, string>; listed: string[] }> {
      const script = join(import.meta.dirname, 'testing', 'artifacts_both_ways.py');
      const { stdout } = await promisify(execFile)(pythonFor()!, [script, runId], {
        env: {
          PATH: process.env.PATH,
          HOME: mlflow.directory,
          MLFLOW_TRACKING_URI: mlflow.baseUrl,
          MLFLOW_DISABLE_TELEMETRY: 'true',
          MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR: 'false',
          ...environment,
        },
      });
      return JSON.parse(stdout.trimEnd().split('\n').at(-1)!);
    }
  },
);

test('what both Python environments have is of the same version in both', () => {
  const pins = (file: string) => {
    const text = readFileSync(join(import.meta.dirname, '../../../../../tools/python', file), 'utf8');
    return new Map(
      [...text.matchAll(/^([\w.-]+)==(\S+)$/gm)].map(([, name, version]) => [name!.toLowerCase(), version]),
    );
  };
  const mlflow = pins('requirements.txt');
  const shared = [...pins('requirements-s3.txt')].filter(([name]) => mlflow.has(name));
  expect(shared.length).toBeGreaterThan(5);
  expect(Object.fromEntries(shared)).toEqual(
    Object.fromEntries(shared.map(([name]) => [name, mlflow.get(name)])),
  );
});

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Of a virtual environment, to lay its packages over another one's. */
function packagesOf(python: string): string {
  const library = join(dirname(python), '../lib');
  const [version] = readdirSync(library);
  return join(library, version!, 'site-packages');
}

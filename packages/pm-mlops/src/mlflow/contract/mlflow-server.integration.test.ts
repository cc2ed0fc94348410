import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MlflowServer, startMlflowServer } from '../../testing/mlflow-server.ts';
import { pythonFor } from '../../testing/python.ts';
import { describeMlflowClient } from './client.ts';
import { describeMlflowContract } from './contract.ts';
import { describeSpecification } from './specification.ts';

describe.skipIf(pythonFor() === undefined)('a real MLflow server (needs Python)', () => {
  let server: MlflowServer;
  beforeAll(async () => {
    server = await startMlflowServer();
  });
  afterAll(() => server?.close());

  const open = async () => ({ baseUrl: server.baseUrl, close: async () => {} });
  describeSpecification(() => server.baseUrl);
  describeMlflowContract('mlflow server on SQLite with proxied artifacts', open);
  describeMlflowClient('mlflow server on SQLite with proxied artifacts', open);

  test('an artifact name is decoded once more than it was encoded, which is why the client refuses %-escapes', async () => {
    const proxy = `${server.baseUrl}/api/2.0/mlflow-artifacts/artifacts`;
    await fetch(`${proxy}/escapes/a%2520b.txt`, { method: 'PUT', body: 'x' });
    const { files } = (await (await fetch(`${proxy}?path=escapes`)).json()) as { files: { path: string }[] };
    expect(files.map((file) => file.path)).toEqual(['a b.txt']);
  });
});

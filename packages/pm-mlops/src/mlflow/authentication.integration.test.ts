import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MlflowServer, startMlflowServer } from '../testing/mlflow-server.ts';
import { pythonFor } from '../testing/python.ts';
import { openArtifacts } from './artifacts.ts';
import { authenticationFrom, type Environment } from './authentication.ts';
import { createMlflowClient } from './client.ts';
import { experimentIdByName } from './experiments.ts';
import { createRun } from './runs.ts';
import { readArtifact } from './transfer.ts';

describe.skipIf(pythonFor() === undefined)('a real MLflow server with basic-auth (needs Python)', () => {
  let server: MlflowServer;
  beforeAll(async () => {
    server = await startMlflowServer({
      arguments: ['--app-name', 'basic-auth'],
      environment: {
        MLFLOW_FLASK_SERVER_SECRET_KEY: 'test',
        MLFLOW_AUTH_ADMIN_PASSWORD: 'a long password 1',
      },
    });
  });
  afterAll(() => server?.close());

  const open = (environment: Environment) =>
    createMlflowClient({ trackingUri: server.baseUrl, authentication: authenticationFrom(environment) });

  test('user and password open it, for calls and for artifacts', async () => {
    const client = open({ MLFLOW_TRACKING_USERNAME: 'admin', MLFLOW_TRACKING_PASSWORD: 'a long password 1' });
    const experimentId = await experimentIdByName(client, 'secured');
    const folder = openArtifacts(
      client,
      (await createRun(client, { experimentId, startTimeMs: 1 })).artifactUri,
    );
    await folder.write('a.txt', new Blob(['a']));
    expect(`${await readArtifact(folder, 'a.txt')}`).toBe('a');
  });

  test.each([{}, { MLFLOW_TRACKING_TOKEN: 'abc' }])(
    '%j is refused with 401, naming what to set',
    async (environment) => {
      await expect(experimentIdByName(open(environment), 'secured')).rejects.toMatchObject({
        status: 401,
        message: expect.stringContaining('MLFLOW_TRACKING_PASSWORD'),
      });
    },
  );
});

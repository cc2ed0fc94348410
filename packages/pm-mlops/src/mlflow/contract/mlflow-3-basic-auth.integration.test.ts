import { pbkdf2Sync } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pythonFor } from 'pm-core/testing';
import { describe, expect, test } from 'vitest';
import type { MlflowServer } from '../../testing/mlflow-server.ts';
import { openArtifacts } from '../artifacts.ts';
import { authenticationFrom, basicAuthentication, type Environment } from '../authentication.ts';
import { createMlflowClient } from '../client.ts';
import { experimentIdByName } from '../experiments.ts';
import { createRun } from '../runs.ts';
import { readArtifact } from '../transfer.ts';
import { describeRealServer } from './real-server.ts';

const password = 'a long password 1';

describe.skipIf(pythonFor() === undefined)('a real MLflow 3.17 with basic-auth (needs Python)', () => {
  const baseUrl = describeRealServer('mlflow-3.17-basic-auth', {
    arguments: ['--app-name', 'basic-auth'],
    environment: {
      MLFLOW_FLASK_SERVER_SECRET_KEY: 'test',
      MLFLOW_AUTH_ADMIN_PASSWORD: password,
    },
    prepare: hashOnce,
    authorization: basicAuthentication('admin', password)() as string,
  });
  const open = (environment: Environment) =>
    createMlflowClient({ trackingUri: baseUrl(), authentication: authenticationFrom(environment) });

  test('user and password of the environment open it, for calls and for artifacts', async () => {
    const client = open({ MLFLOW_TRACKING_USERNAME: 'admin', MLFLOW_TRACKING_PASSWORD: password });
    const experimentId = await experimentIdByName(client, 'secured');
    const { artifactUri } = await createRun(client, { experimentId, startTimeMs: 1 });
    const folder = openArtifacts(client, artifactUri);
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

/** The server hashes a password at every call, in half a second by its default; one round is enough here. */
function hashOnce({ directory }: MlflowServer): void {
  const hash = pbkdf2Sync(password, 'salt', 1, 32, 'sha256').toString('hex');
  const users = new DatabaseSync(join(directory, 'basic_auth.db'));
  users.prepare('UPDATE users SET password_hash = ?').run(`pbkdf2:sha256:1$salt$${hash}`);
  users.close();
}

import { afterAll, beforeAll, describe } from 'vitest';
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
});

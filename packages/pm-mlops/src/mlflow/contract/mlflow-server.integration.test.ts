import { describe } from 'vitest';
import { startMlflowServer } from '../../testing/mlflow-server.ts';
import { pythonFor } from '../../testing/python.ts';
import { describeMlflowContract } from './contract.ts';

describe.skipIf(pythonFor() === undefined)('with Python', () => {
  describeMlflowContract('mlflow server 3.17 on SQLite with proxied artifacts', () => startMlflowServer());
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonFor } from 'pm-core/testing';
import { describe } from 'vitest';
import { startMlflowServer } from '../../testing/mlflow-server.ts';
import { serveTracking } from '../embedded/index.ts';
import { describeTwoPromoters } from './two-promoters.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'two-promoters-'));

describeTwoPromoters(
  'the embedded store',
  async () => {
    const directory = folder();
    return {
      trackingUri: `sqlite:///${join(directory, 'mlflow.db')}`,
      close: async () => rmSync(directory, { recursive: true }),
    };
  },
  { rounds: 40, isTransactional: true },
);

describeTwoPromoters(
  'pm tracking serve',
  async () => {
    const directory = folder();
    const server = await serveTracking({
      databaseFile: join(directory, 'mlflow.db'),
      artifactDirectory: join(directory, 'mlartifacts'),
      port: 0,
    });
    return {
      trackingUri: server.url,
      async close() {
        await server.close();
        rmSync(directory, { recursive: true });
      },
    };
  },
  { rounds: 40, isTransactional: true },
);

describe.skipIf(pythonFor() === undefined)('with Python', () => {
  describeTwoPromoters(
    'MLflow 3.17',
    async () => {
      const server = await startMlflowServer();
      return { trackingUri: server.baseUrl, close: () => server.close() };
    },
    { rounds: 25, isTransactional: false },
  );
});

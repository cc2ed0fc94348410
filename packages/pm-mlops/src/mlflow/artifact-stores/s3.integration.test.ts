import { afterAll, beforeAll, describe } from 'vitest';
import type { ProcessServer } from '../../testing/process-server.ts';
import { s3Environment, s3Python, startS3Server } from '../../testing/s3-server.ts';
import { createMlflowClient } from '../client.ts';
import { describeArtifactFolder } from './contract.ts';
import { s3Artifacts } from './s3.ts';

describe.skipIf(s3Python() === undefined)('a real S3 server (needs Python)', () => {
  let server: ProcessServer;
  let folders = 0;
  beforeAll(async () => {
    server = await startS3Server('artifacts');
  });
  afterAll(() => server?.close());

  const client = () =>
    createMlflowClient({ trackingUri: 'http://mlflow.invalid', environment: s3Environment(server) });

  describeArtifactFolder(
    'S3',
    async () => s3Artifacts(client(), `s3://artifacts/mlflow/${folders++}/artifacts`),
    { manyFiles: 1050 },
  );
});

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProcessServer } from '../../testing/process-server.ts';
import { s3Environment, s3Python, startS3Server } from '../../testing/s3-server.ts';
import { createMlflowClient } from '../client.ts';
import { downloadFolder, readArtifact } from '../transfer.ts';
import { describeArtifactFolder } from './contract/artifact-folder.ts';
import { describeLargeFiles } from './contract/large-files.ts';
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
  describeLargeFiles(async () => s3Artifacts(client(), `s3://artifacts/large/${folders++}`));

  const putObject = async (key: string, content: string) => {
    const put = await fetch(`${server.baseUrl}/artifacts/${key}`, { method: 'PUT', body: content });
    expect(put.status).toBe(200);
  };

  test("an empty folder's own object, as consoles make it, is not listed", async () => {
    await putObject('console/', '');
    await putObject('console/data/', '');
    const folder = s3Artifacts(client(), 's3://artifacts/console');
    expect(await folder.list()).toEqual([{ path: 'data', isDirectory: true, sizeBytes: undefined }]);
    expect(await folder.list('data')).toEqual([]);
  });

  test.each(['a%23b', 'a%252fb', '%2e%2e%2fx', 'a/%2fb'])(
    'a listing that names %s is refused',
    async (name) => {
      const root = `hostile${folders++}`;
      await putObject(`${root}/${name}`, 'x');
      const folder = s3Artifacts(client(), `s3://artifacts/${root}`);
      await expect(downloadFolder(folder, undefined, join(tmpdir(), 'never'))).rejects.toMatchObject({
        code: 'unsafe-artifact-path',
      });
    },
  );

  test('a whole bucket is a folder too', async () => {
    await fetch(`${server.baseUrl}/whole`, { method: 'PUT' });
    const folder = s3Artifacts(client(), 's3://whole');
    await folder.write('a/b.txt', new Blob(['b']));
    expect(await folder.list()).toEqual([{ path: 'a', isDirectory: true, sizeBytes: undefined }]);
    expect(`${await readArtifact(folder, 'a/b.txt')}`).toBe('b');
  });

  test('what S3 refuses is told with its code and place, without the key', async () => {
    const failure = await s3Artifacts(client(), 's3://nowhere/x')
      .list()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'ArtifactStoreError', status: 404, code: 'NoSuchBucket' });
    expect(inspect(failure, { depth: 9 })).not.toContain(s3Environment(server).AWS_SECRET_ACCESS_KEY);
  });
});

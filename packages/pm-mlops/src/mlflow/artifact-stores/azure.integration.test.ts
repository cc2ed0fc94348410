import { inspect } from 'node:util';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Azurite, startAzurite } from '../../testing/azurite.ts';
import { createMlflowClient } from '../client.ts';
import { azureArtifacts } from './azure.ts';
import { describeArtifactFolder } from './contract/artifact-folder.ts';
import { describeLargeFiles } from './contract/large-files.ts';

describe('a real Azure Blob server (Azurite)', () => {
  let azurite: Azurite;
  let folders = 0;
  beforeAll(async () => {
    azurite = await startAzurite('artifacts', 'lake');
  });
  afterAll(() => azurite?.close());

  const open = (uri: string) =>
    azureArtifacts(
      createMlflowClient({
        trackingUri: 'http://mlflow.invalid',
        retry: { retries: 1, baseDelayMs: 1 },
        environment: { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString },
      }),
      uri,
    );

  describeArtifactFolder(
    'wasbs',
    async () => open(`wasbs://artifacts@devstoreaccount1.blob.core.windows.net/mlflow/${folders++}`),
    { manyFiles: 1050 },
  );
  describeArtifactFolder('abfss', async () =>
    open(`abfss://lake@devstoreaccount1.dfs.core.windows.net/mlflow/${folders++}`),
  );
  describeLargeFiles(async () =>
    open(`wasbs://artifacts@devstoreaccount1.blob.core.windows.net/large/${folders++}`),
  );

  const foreignBlobs = async (root: string, names: readonly string[], metadata: Record<string, string>) => {
    const container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(
      'lake',
    );
    for (const name of names) {
      await container.getBlockBlobClient(`${root}/${name}`).upload('', 0, { metadata });
    }
  };
  const lake = 'abfss://lake@devstoreaccount1.dfs.core.windows.net';

  test("a directory's own entry, as a Data Lake keeps it, is no file, and goes with the directory", async () => {
    const folder = open(`${lake}/entries`);
    await folder.write('model/data/x.bin', new Blob(['x']));
    await foreignBlobs('entries', ['model', 'model/data'], { hdi_isfolder: 'true' });
    expect(await folder.list()).toEqual([{ path: 'model', isDirectory: true, sizeBytes: undefined }]);
    await folder.remove('model');
    expect(await folder.list()).toEqual([]);
  });

  test.each(['a#b', 'a%2fb'])('a listing that names %s is refused', async (name) => {
    const root = `hostile${folders++}`;
    await foreignBlobs(root, [name], {});
    await expect(open(`${lake}/${root}`).list()).rejects.toMatchObject({ code: 'unsafe-artifact-path' });
  });

  test('what Azure refuses is told with its code and place, without the key', async () => {
    const uri = 'wasbs://nowhere@devstoreaccount1.blob.core.windows.net/x';
    const failure = await open(uri)
      .list()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'ArtifactStoreError',
      status: 404,
      code: 'ContainerNotFound',
      message: expect.stringContaining(uri),
    });
    const key = /AccountKey=([^;]+)/.exec(azurite.connectionString)![1]!;
    expect(inspect(failure, { depth: 9 })).not.toContain(key);
  });

  test("another account's connection string is refused", async () => {
    await expect(
      open('wasbs://artifacts@other.blob.core.windows.net/x').write('a', new Blob(['a'])),
    ).rejects.toMatchObject({
      code: 'bad-azure-setting',
      message: expect.stringContaining('devstoreaccount1'),
    });
  });
});

import { expect, test } from 'vitest';
import { azurePlace, openBlobService } from './azure-account.ts';

test.each([
  ['wasbs://box@mine.blob.core.windows.net/a/b/', 'https://mine.blob.core.windows.net', 'a/b'],
  ['abfss://box@mine.dfs.core.windows.net/a/b', 'https://mine.blob.core.windows.net', 'a/b'],
  ['abfss://box@mine.dfs.core.chinacloudapi.cn', 'https://mine.blob.core.chinacloudapi.cn', ''],
  ['wasbs://box@mine.blob.core.usgovcloudapi.net/', 'https://mine.blob.core.usgovcloudapi.net', ''],
])('%s is at %s in "%s"', (uri, blobUrl, path) => {
  expect(azurePlace(uri)).toEqual({ account: 'mine', container: 'box', path, blobUrl });
});

test.each([
  'wasbs://box@mine.blob.core.windows.net.evil.example/a',
  'wasbs://box@evil.example/a',
  'wasbs://box@evil.example#.blob.core.windows.net/a',
  'abfss://box@mine.blob.core.windows.net/a',
  'wasbs://box@a.b.blob.core.windows.net/a',
  'wasbs://mine.blob.core.windows.net/a',
  'wasbs://box@mine.blob.core.windows.net/a?sig=x',
])('%s is refused: no token goes to a host that an URI made up', (uri) => {
  expect(() => azurePlace(uri)).toThrow(expect.objectContaining({ code: 'bad-artifact-uri' }));
});

const place = azurePlace('abfss://box@mine.dfs.core.windows.net/a');
const key = Buffer.from('key').toString('base64');

test('the first of connection string, key, SAS token and own identity decides', async () => {
  const connection = `DefaultEndpointsProtocol=https;AccountName=mine;AccountKey=${key};BlobEndpoint=http://127.0.0.1:1/mine;`;
  const all = {
    AZURE_STORAGE_CONNECTION_STRING: connection,
    AZURE_STORAGE_ACCESS_KEY: key,
    AZURE_STORAGE_SAS_TOKEN: '?sv=1&sig=abc',
  };
  const open = async (...unset: (keyof typeof all)[]) => {
    const environment = Object.fromEntries(
      Object.entries(all).filter(([name]) => !unset.includes(name as never)),
    );
    const { url, credential } = await openBlobService(place, environment, {});
    return [url, credential.constructor.name];
  };
  expect(await open()).toEqual(['http://127.0.0.1:1/mine', 'StorageSharedKeyCredential']);
  expect(await open('AZURE_STORAGE_CONNECTION_STRING')).toEqual([
    'https://mine.blob.core.windows.net/',
    'StorageSharedKeyCredential',
  ]);
  expect(await open('AZURE_STORAGE_CONNECTION_STRING', 'AZURE_STORAGE_ACCESS_KEY')).toEqual([
    'https://mine.blob.core.windows.net/?sv=1&sig=abc',
    'AnonymousCredential',
  ]);
  expect(
    await open('AZURE_STORAGE_CONNECTION_STRING', 'AZURE_STORAGE_ACCESS_KEY', 'AZURE_STORAGE_SAS_TOKEN'),
  ).toEqual(['https://mine.blob.core.windows.net/', 'DefaultAzureCredential']);
});

test('what is no connection string is refused without showing it', async () => {
  const secret = 'not-a-connection-string';
  const failure = openBlobService(place, { AZURE_STORAGE_CONNECTION_STRING: secret }, {});
  await expect(failure).rejects.toMatchObject({
    code: 'bad-azure-setting',
    message: expect.not.stringContaining(secret),
  });
});

import { expect, test } from 'vitest';
import { ignoresTls, s3SettingsFrom } from './s3-settings.ts';

const endpoint = 'http://minio:9000';

test("an empty environment is S3 itself, with the SDK's own search for credentials", () => {
  expect(s3SettingsFrom({})).toEqual({
    client: {
      region: 'us-east-1',
      followRegionRedirects: true,
      forcePathStyle: false,
      requestChecksumCalculation: 'WHEN_SUPPORTED',
    },
    upload: {},
    bucketOwner: undefined,
  });
});

test('a server that resembles S3 is asked by paths, without trailing checksums', () => {
  expect(s3SettingsFrom({ MLFLOW_S3_ENDPOINT_URL: endpoint }).client).toMatchObject({
    endpoint,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
});

test.each([
  [{ MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE: 'path' }, true],
  [{ MLFLOW_S3_ENDPOINT_URL: endpoint, MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE: 'virtual' }, false],
  [{ MLFLOW_S3_ENDPOINT_URL: endpoint, MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE: 'auto' }, true],
])('%j: paths %s', (environment, forcePathStyle) => {
  expect(s3SettingsFrom(environment).client.forcePathStyle).toBe(forcePathStyle);
});

test.each([
  [{ MLFLOW_S3_ENDPOINT_URL: endpoint, AWS_ENDPOINT_URL_S3: 'http://a' }, endpoint],
  [{ MLFLOW_S3_ENDPOINT_URL: '', AWS_ENDPOINT_URL_S3: 'http://a', AWS_ENDPOINT_URL: 'http://b' }, 'http://a'],
  [{ AWS_ENDPOINT_URL: 'http://b' }, 'http://b'],
])('%j: the endpoint %s', (environment, expected) => {
  expect(s3SettingsFrom(environment).client.endpoint).toBe(expected);
});

test('keys, token, profile, region and owner are passed on', () => {
  const { client, bucketOwner } = s3SettingsFrom({
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    AWS_PROFILE: 'work',
    AWS_DEFAULT_REGION: 'eu-central-1',
    MLFLOW_S3_EXPECTED_BUCKET_OWNER: '123456789012',
  });
  expect(client).toMatchObject({
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' },
    profile: 'work',
    region: 'eu-central-1',
  });
  expect(bucketOwner).toBe('123456789012');
});

test('arguments of every upload are a JSON object or an error', () => {
  const read = (MLFLOW_S3_UPLOAD_EXTRA_ARGS: string) =>
    s3SettingsFrom({ MLFLOW_S3_UPLOAD_EXTRA_ARGS }).upload;
  expect(read('{"ServerSideEncryption": "AES256"}')).toEqual({ ServerSideEncryption: 'AES256' });
  for (const text of ['{', '[1]', '"AES256"']) {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'bad-s3-setting' }));
  }
});

test.each([
  ['true', true],
  ['1', true],
  ['false', false],
  [undefined, false],
])('MLFLOW_S3_IGNORE_TLS=%s: %s', (value, expected) => {
  expect(ignoresTls({ MLFLOW_S3_IGNORE_TLS: value })).toBe(expected);
});

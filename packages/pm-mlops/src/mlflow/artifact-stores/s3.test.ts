import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import type { Environment } from '../authentication.ts';
import { createMlflowClient, type MlflowClientOptions } from '../client.ts';
import { readArtifact } from '../transfer.ts';
import { s3Artifacts } from './s3.ts';

/** Faults of a connection, and what is sent, which a real server does not show. */
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function open(
  listener: RequestListener,
  environment: Environment = {},
  options: Partial<MlflowClientOptions> = {},
) {
  server = createServer(listener);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = createMlflowClient({
    trackingUri: 'http://mlflow.invalid',
    sleep: async () => {},
    retry: { retries: 2 },
    ...options,
    environment: {
      MLFLOW_S3_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'access',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'eu-west-1',
      ...environment,
    },
  });
  return s3Artifacts(client, 's3://bucket/run/artifacts');
}

const shown = (request: IncomingMessage) => `${request.method} ${request.url}`;

test('an upload goes to the path of its bucket and key, signed, with what MLflow says of every upload', async () => {
  const seen: [string, Record<string, unknown>, string][] = [];
  const folder = await open(
    async (request, response) => {
      seen.push([shown(request), request.headers, `${await buffer(request)}`]);
      response.end();
    },
    {
      MLFLOW_S3_UPLOAD_EXTRA_ARGS: '{"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "abc"}',
      MLFLOW_S3_EXPECTED_BUCKET_OWNER: '123456789012',
      AWS_SESSION_TOKEN: 'token',
    },
  );
  await folder.write('model/ä.onnx', new Blob(['bytes']));
  const [[call, headers, body]] = seen as [(typeof seen)[0]];
  expect(seen.length).toBe(1);
  expect(call).toMatch(/^PUT \/bucket\/run\/artifacts\/model\/%C3%A4\.onnx(\?|$)/);
  expect(body).toBe('bytes');
  expect(headers).toMatchObject({
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': 'abc',
    'x-amz-expected-bucket-owner': '123456789012',
    'x-amz-security-token': 'token',
    authorization: expect.stringMatching(/Credential=access\/\d+\/eu-west-1\/s3\/aws4_request/),
  });
});

test('a server that is busy is asked again, one that refuses is not', async () => {
  let calls = 0;
  const folder = await open((request, response) => {
    request.resume();
    const status = [503, 500, 200, 403][calls++]!;
    response.writeHead(status).end(status === 403 ? '<Error><Code>AccessDenied</Code></Error>' : '');
  });
  await folder.write('x', new Blob(['bytes']));
  expect(calls).toBe(3);
  await expect(folder.write('x', new Blob(['bytes']))).rejects.toMatchObject({
    status: 403,
    code: 'AccessDenied',
    uri: 's3://bucket/run/artifacts/x',
  });
  expect(calls).toBe(4);
});

test('a download that breaks off or stalls starts again and arrives whole', async () => {
  const bytes = Buffer.alloc(200_000, 'abc');
  let calls = 0;
  const folder = await open(
    (_, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      if (++calls === 3) response.end(bytes);
      else response.write(bytes.subarray(0, 70_000), () => calls === 1 && response.destroy());
    },
    {},
    { timeoutMs: 1000 },
  );
  expect((await readArtifact(folder, 'x')).equals(bytes)).toBe(true);
  expect(calls).toBe(3);
});

test('a large file goes in parts, and a part that is refused takes the others back', async () => {
  const calls: string[] = [];
  const folder = await open(async (request, response) => {
    const { length } = await buffer(request);
    const part = /partNumber=(\d)/.exec(request.url!)?.[1];
    calls.push(part ? `part ${part}: ${length}` : request.method!);
    if (part === '2') response.writeHead(400).end('<Error><Code>BadDigest</Code></Error>');
    else if (request.method === 'POST')
      response.end('<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>');
    else response.setHeader('etag', '"e"').end();
  });
  const size = 20 * 1024 * 1024;
  await expect(folder.write('x', new Blob([Buffer.alloc(size)]))).rejects.toMatchObject({
    code: 'BadDigest',
  });
  expect(calls[0]).toBe('POST');
  expect(calls).toContain(`part 1: ${8 * 1024 * 1024}`);
  expect(calls).toContain(`part 2: ${8 * 1024 * 1024}`);
  expect(calls.at(-1)).toBe('DELETE');
});

test('a listing of several pages is read to its end', async () => {
  const tokens: (string | null)[] = [];
  const folder = await open((request, response) => {
    const { searchParams } = new URL(request.url!, 'http://s3.invalid');
    expect(searchParams.get('prefix')).toBe('run/artifacts/');
    expect(searchParams.get('delimiter')).toBe('/');
    const token = searchParams.get('continuation-token');
    tokens.push(token);
    const page = Number(token ?? 0);
    response.end(
      `<ListBucketResult><IsTruncated>${page < 2}</IsTruncated>` +
        (page < 2 ? `<NextContinuationToken>${page + 1}</NextContinuationToken>` : '') +
        `<Contents><Key>run/artifacts/f${page}</Key><Size>${page}</Size></Contents>` +
        `<CommonPrefixes><Prefix>run/artifacts/d${page}/</Prefix></CommonPrefixes></ListBucketResult>`,
    );
  });
  expect((await folder.list()).map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
    ['d0', undefined],
    ['d1', undefined],
    ['d2', undefined],
    ['f0', 0],
    ['f1', 1],
    ['f2', 2],
  ]);
  expect(tokens).toEqual([null, '1', '2']);
});

test.each(['s3://', 's3:///key', 's3://bucket/a?versionId=1', 's3://key:secret@bucket/a', 's3:bucket'])(
  '%s is refused',
  (uri) => {
    const client = createMlflowClient({ trackingUri: 'http://mlflow.invalid' });
    expect(() => s3Artifacts(client, uri)).toThrow(expect.objectContaining({ code: 'bad-artifact-uri' }));
  },
);

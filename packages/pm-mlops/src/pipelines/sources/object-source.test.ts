import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { retryContext } from '../../mlflow/retry.ts';
import { objectSource } from './object-source.ts';

/** Faults of a store that a real one does not show on demand; the real ones are in the integration test. */
async function opened(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'object-source-'));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const source = objectSource('s3://bucket/raw', {
    environment: {
      MLFLOW_S3_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'access',
      AWS_SECRET_ACCESS_KEY: 'planted-secret',
    },
    retry: retryContext({ retry: { retries: 1 }, sleep: async () => {} }),
    signal: undefined,
    timeoutMs: 5000,
  });
  return { source, path: join(folder, 'a.csv') };
}

const LISTING = `<ListBucketResult><IsTruncated>false</IsTruncated>
  <Contents><Key>raw/</Key><Size>0</Size></Contents><Contents><Key>raw/a.csv</Key><Size>10</Size></Contents>
  <CommonPrefixes><Prefix>raw/old/</Prefix></CommonPrefixes></ListBucketResult>`;

const refusal =
  (status: number, code: string): RequestListener =>
  (_, response) =>
    void response.writeHead(status).end(`<Error><Code>${code}</Code><Message>No.</Message></Error>`);

describe('a prefix of an object store', () => {
  it('is listed once, and fetched with another try where a transfer breaks off', async () => {
    const calls: string[] = [];
    const { source, path } = await opened((request, response) => {
      const isListing = request.url!.includes('list-type');
      calls.push(isListing ? 'list' : 'get');
      if (isListing) return void response.end(LISTING);
      response.writeHead(200, { 'content-length': 10 });
      if (calls.filter((call) => call === 'get').length > 1) return void response.end('0123456789');
      response.write('01234', () => response.destroy());
    });
    expect(await source.list()).toEqual(['a.csv']);
    await source.fetch('a.csv', path);
    expect(readFileSync(path, 'utf8')).toBe('0123456789');
    expect(calls).toEqual(['list', 'get', 'get']);
  });

  it('gives no file that breaks off every time', async () => {
    const { source, path } = await opened((request, response) => {
      if (request.url!.includes('list-type')) return void response.end(LISTING);
      response.writeHead(200, { 'content-length': 10 });
      response.write('01234', () => response.destroy());
    });
    await expect(source.fetch('a.csv', path)).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining('s3://bucket/raw'),
    });
    expect(existsSync(path)).toBe(false);
  });

  it('refuses a file of another size than the listing tells', async () => {
    const { source, path } = await opened((request, response) => {
      response.end(request.url!.includes('list-type') ? LISTING : '01234');
    });
    await expect(source.fetch('a.csv', path)).rejects.toThrow(
      's3://bucket/raw/a.csv came with 5 bytes instead of 10',
    );
  });

  it.each([
    [403, 'AccessDenied', 'source-refused'],
    [403, 'SignatureDoesNotMatch', 'source-refused'],
    [404, 'NoSuchBucket', 'source-not-found'],
    [400, 'InvalidBucketName', 'source-not-found'],
    [501, 'NotImplemented', 'download-failed'],
  ])('that answers %i %s is told as %s, without the key', async (status, word, code) => {
    const { source } = await opened(refusal(status, word));
    const failure = await source.list().catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'UserError',
      code,
      message: expect.stringMatching(new RegExp(`s3://bucket/raw.*\\(?${status} ${word}: No`)),
      next: expect.any(String),
    });
    expect(inspect(failure, { depth: 9 })).not.toContain('planted-secret');
  });
});

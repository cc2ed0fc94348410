import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveTracking, type TrackingServer } from './index.ts';

describe('the tracking server', () => {
  let server: TrackingServer;
  let folder: string;
  const options = () => ({
    databaseFile: join(folder, 'mlflow.db'),
    artifactDirectory: join(folder, 'mlartifacts'),
  });
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'serve-tracking-'));
    server = await serveTracking({ ...options(), port: 0, allowedHosts: ['mlflow.internal'] });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  /** A request as no fetch would send it: any Host, any path. */
  const send = (
    path: string,
    {
      method = 'GET',
      headers = {},
      body = '',
    }: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      const sent = request({ hostname, port, path, method, headers }, async (response) =>
        resolve({ status: response.statusCode!, text: await text(response) }),
      );
      sent.on('error', reject);
      sent.end(body);
    });

  test('listens on this machine only, unless told otherwise', () => {
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
  });

  test.each([
    ['mlflow.internal', 200],
    ['localhost:5000', 200],
    ['192.168.1.7:80', 200],
    ['172.20.0.3', 200],
    ['172.32.0.3', 403],
    ['evil.example', 403],
    ['127.0.0.1.evil.example', 403],
  ])('a request for the host %s is answered with %d', async (host, status) => {
    const path = '/api/2.0/mlflow/experiments/get?experiment_id=0';
    expect((await send(path, { headers: { host } })).status).toBe(status);
    expect((await send('/health', { headers: { host } })).status).toBe(200);
  });

  test('a page from elsewhere may not write', async () => {
    const write = (origin: string) =>
      send('/api/2.0/mlflow/experiments/create', {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json' },
        body: JSON.stringify({ name: `from ${origin.length}` }),
      });
    expect((await write('https://evil.example')).status).toBe(403);
    expect((await write('null')).status).toBe(403);
    expect((await write('http://localhost:3000')).status).toBe(200);
  });

  test.each(['/1/../../../escaped', '/%2e%2e/%2e%2e/escaped', '//etc/escaped'])(
    'the raw path %s is refused',
    async (path) => {
      const sent = await send(`/api/2.0/mlflow-artifacts/artifacts${path}`, { method: 'PUT', body: 'x' });
      expect(sent.status).toBe(400);
    },
  );

  test('a large file comes back as it was sent', async () => {
    const bytes = randomBytes(5 << 20);
    const url = `${server.url}/api/2.0/mlflow-artifacts/artifacts/1/large.bin`;
    expect((await fetch(url, { method: 'PUT', body: bytes })).status).toBe(200);
    const back = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(back.equals(bytes)).toBe(true);
    const head = await fetch(url, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(`${bytes.length}`);
  });

  test('a JSON body beyond any batch is refused', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(17 << 20) });
    const headers = { 'content-type': 'application/json' };
    const refused = await fetch(`${server.url}/api/2.0/mlflow/experiments/create`, {
      method: 'POST',
      body,
      headers,
    });
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ error_code: 'MAX_BLOCK_SIZE_EXCEEDED' });
    expect((await send('/health')).status).toBe(200);
  });

  test('a JSON body of undeclared length is refused as well', async () => {
    const refused = await send('/api/2.0/mlflow/experiments/create', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      body: 'x'.repeat(17 << 20),
    });
    expect(refused.status).toBe(413);
  });

  test('a port that is taken is said', async () => {
    const port = Number(new URL(server.url).port);
    await expect(serveTracking({ ...options(), port })).rejects.toMatchObject({ code: 'cannot-listen' });
  });
});

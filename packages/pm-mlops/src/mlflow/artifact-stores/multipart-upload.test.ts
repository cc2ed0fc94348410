import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMlflowClient, type MlflowClientOptions } from '../client.ts';
import { proxiedArtifacts } from './proxied.ts';

describe('an upload in parts at a server of which each answer is planned', () => {
  let server: Server;
  let baseUrl: string;
  let calls: string[];
  let answers: Record<string, (body: string) => [status: number, body?: object]>;
  beforeEach(async () => {
    calls = [];
    answers = {
      'GET info': () => [200, { multipart_uploads_enabled: true }],
      'POST create': () => [200, signed(1, 2, 3)],
    };
    server = createServer(async (request, response) => {
      const body = await text(request);
      const call = `${request.method} ${nameOf(request.url!)}`;
      calls.push(`${call} ${body}`.trim());
      const [status, answer = {}] = answers[call]?.(body) ?? [200];
      const etag = /^PUT part/.test(call) ? { etag: `"of ${body}"` } : {};
      response.writeHead(status, { 'content-type': 'application/json', ...etag });
      response.end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const signed = (...numbers: number[]) => ({
    upload_id: 'u',
    credentials: numbers.map((n) => ({ url: `${baseUrl}/part/${n}`, part_number: n })),
  });
  const write = (environment: Record<string, string> = {}, options: Partial<MlflowClientOptions> = {}) => {
    const client = createMlflowClient({
      trackingUri: baseUrl,
      sleep: async () => {},
      retry: { retries: 1 },
      environment: {
        MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE: '5',
        MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE: '2',
        ...environment,
      },
      ...options,
    });
    return proxiedArtifacts(client, 'mlflow-artifacts:/1/r/artifacts').write('m/x.bin', new Blob(['abcde']));
  };
  const kinds = () => calls.map((call) => call.split(' ').slice(0, 2).join(' '));

  test('the parts are its pieces in order, and are told with their ETags', async () => {
    answers['POST create'] = () => [200, signed(3, 1, 2)];
    await write();
    expect(calls.slice(0, 2)).toEqual(['GET info', 'POST create {"path":"x.bin","num_parts":3}']);
    expect(calls.slice(2, 5).sort()).toEqual(['PUT part/1 ab', 'PUT part/2 cd', 'PUT part/3 e']);
    const parts = ['ab', 'cd', 'e'].map((piece, at) => ({
      part_number: at + 1,
      etag: `"of ${piece}"`,
      url: `${baseUrl}/part/${at + 1}`,
    }));
    expect(calls.slice(5)).toEqual([
      `POST complete ${JSON.stringify({ path: 'x.bin', upload_id: 'u', parts })}`,
    ]);
  });

  test.each([
    [501, 'POST create'],
    [404, 'POST create'],
    [404, 'GET info'],
  ])('where the server answers %i to %s, the file goes through it in one piece', async (status, call) => {
    answers[call] = () => [status];
    await write();
    expect(calls.at(-1)).toBe('PUT file abcde');
    expect(kinds()).not.toContain('PUT part/1');
  });

  test('a server that does not offer parts is asked for them only if the variable says so', async () => {
    answers['GET info'] = () => [200, { multipart_uploads_enabled: false }];
    await write();
    expect(kinds()).toEqual(['GET info', 'PUT file']);
    calls.length = 0;
    await write({ MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD: 'true' });
    expect(kinds()[0]).toBe('POST create');
    expect(kinds()).not.toContain('PUT file');
  });

  test('where the parts cannot be put together, they are aborted, and the whole is tried again', async () => {
    const faults = [503];
    answers['POST complete'] = () => [faults.shift() ?? 200];
    await write();
    const ends = kinds().filter((kind) => /complete|abort/.test(kind));
    expect(ends).toEqual(['POST complete', 'POST abort', 'POST complete']);
  });

  test('a refusal to abort does not hide why', async () => {
    answers['PUT part/2'] = () => [403];
    answers['POST abort'] = () => [400];
    await expect(write()).rejects.toMatchObject({ name: 'ArtifactStoreError', status: 403 });
    expect(kinds().at(-1)).toBe('POST abort');
  });

  test.each([
    ['too few', [1, 2]],
    ['one twice', [1, 2, 2]],
    ['one too many', [1, 2, 3, 4]],
  ])('an answer that signs %s is refused', async (_, numbers) => {
    answers['POST create'] = () => [200, signed(...numbers)];
    await expect(write()).rejects.toMatchObject({ code: 'bad-multipart-answer' });
    expect(kinds()).toEqual(['GET info', 'POST create', 'POST abort']);
  });

  test('a signal ends it', async () => {
    const stop = new AbortController();
    answers['PUT part/2'] = () => {
      stop.abort(new Error('enough'));
      return [503];
    };
    await expect(write({}, { signal: stop.signal })).rejects.toThrow('enough');
    expect(kinds()).not.toContain('POST complete');
  });

  test.each(['0', '-1', '5MB'])('a part size of %s is refused', async (size) => {
    await expect(write({ MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE: size })).rejects.toMatchObject({
      code: 'bad-multipart-setting',
    });
  });
});

function nameOf(url: string): string {
  if (url.endsWith('/server-info')) return 'info';
  if (url.startsWith('/part/')) return url.slice(1);
  return /mpu\/(\w+)\/1\/r\/artifacts\/m$/.exec(url)?.[1] ?? 'file';
}

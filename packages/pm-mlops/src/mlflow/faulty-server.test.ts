import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openArtifacts } from './artifacts.ts';
import { answerOf, createMlflowClient, type MlflowClientOptions } from './client.ts';
import { downloadFile, readArtifact, uploadFile } from './transfer.ts';

/** Faults of a real connection, which a mocked one does not have. */
describe('the client and a server that breaks', () => {
  let place: string;
  let server: Server | undefined;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'faulty-'));
  });
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    rmSync(place, { recursive: true });
  });

  const open = async (listener: RequestListener, options: Partial<MlflowClientOptions> = {}) => {
    server = createServer(listener);
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return createMlflowClient({ trackingUri: `http://127.0.0.1:${port}`, sleep: async () => {}, ...options });
  };
  const params = { query: { run_id: 'r' } };
  const uri = 'mlflow-artifacts:/1/r/artifacts';

  test('an answer that stalls in its body is given up in time, and tried again', async () => {
    let calls = 0;
    const client = await open(
      (_, response) => {
        calls++;
        response.writeHead(200, { 'content-length': 1000 }).write('{"run":');
      },
      { timeoutMs: 50, retry: { retries: 1 } },
    );
    const failure = client.api.GET('/api/2.0/mlflow/runs/get', { params });
    await expect(failure).rejects.toMatchObject({ status: 0, errorCode: 'TIMEOUT' });
    expect(calls).toBe(2);
  });

  test('collected garbage takes no timeout along', async () => {
    setFlagsFromString('--expose-gc');
    const collector = setInterval(runInNewContext('gc'), 5);
    const stall: RequestListener = (_, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('{"run":');
    };
    const client = await open(stall, { timeoutMs: 100, retry: { retries: 0 } });
    try {
      const expected = { status: 0, errorCode: 'TIMEOUT' };
      await expect(client.api.GET('/api/2.0/mlflow/runs/get', { params })).rejects.toMatchObject(expected);
      await expect(readArtifact(openArtifacts(client, uri), 'a.txt')).rejects.toMatchObject(expected);
    } finally {
      clearInterval(collector);
    }
  });

  test('an answer that breaks off is tried again', async () => {
    let calls = 0;
    const client = await open((_, response) => {
      if (++calls > 1) response.end('{}');
      else response.writeHead(200, { 'content-length': 1000 }).write('{"run":', () => response.destroy());
    });
    expect(await answerOf(client.api.GET('/api/2.0/mlflow/runs/get', { params }))).toEqual({});
    expect(calls).toBe(2);
  });

  test('a signal ends a call with its own reason, without another try', async () => {
    const controller = new AbortController();
    const client = await open(() => controller.abort(new Error('Ctrl-C')), { signal: controller.signal });
    await expect(client.api.GET('/api/2.0/mlflow/runs/get', { params })).rejects.toThrow('Ctrl-C');
  });

  test('a signal ends an answer in the middle of its body', async () => {
    const controller = new AbortController();
    const stall: RequestListener = (_, response) => {
      response
        .writeHead(200, { 'content-length': 1000 })
        .write('{"run":', () => controller.abort(new Error('Ctrl-C')));
    };
    const client = await open(stall, { signal: controller.signal });
    await expect(client.api.GET('/api/2.0/mlflow/runs/get', { params })).rejects.toThrow('Ctrl-C');
  });

  test('a signal ends the wait between two tries', async () => {
    const controller = new AbortController();
    const client = await open((_, response) => response.writeHead(503).end(), {
      signal: controller.signal,
      sleep: async (_, signal) => {
        controller.abort(new Error('Ctrl-C'));
        signal!.throwIfAborted();
      },
    });
    await expect(client.api.GET('/api/2.0/mlflow/runs/get', { params })).rejects.toThrow('Ctrl-C');
  });

  test('a download that breaks off or stalls starts again and arrives whole', async () => {
    const bytes = Buffer.alloc(200_000, 'abc');
    let calls = 0;
    const client = await open(
      (_, response) => {
        response.writeHead(200, { 'content-length': bytes.length });
        if (++calls === 3) response.end(bytes);
        else response.write(bytes.subarray(0, 70_000), () => calls === 1 && response.destroy());
      },
      { timeoutMs: 100 },
    );
    const file = join(place, 'model.onnx');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(await downloadFile(openArtifacts(client, uri), 'model.onnx', file, { sha256 })).toBe(sha256);
    expect(readFileSync(file).equals(bytes)).toBe(true);
    expect(calls).toBe(3);
  });

  test('a download may take longer than the timeout as long as it makes progress', async () => {
    const client = await open(
      async (_, response) => {
        for (let n = 0; n < 6; n++) {
          response.write('x');
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        response.end();
      },
      { timeoutMs: 150, retry: { retries: 0 } },
    );
    expect(`${await readArtifact(openArtifacts(client, uri), 'slow.txt')}`).toBe('xxxxxx');
  });

  test('an upload whose answer is 504, though the file arrived, is not sent again', async () => {
    const puts: string[] = [];
    const client = await open((request, response) => {
      if (request.method === 'PUT') {
        request.setEncoding('utf8').on('data', (text: string) => puts.push(text));
        request.on('end', () => response.writeHead(504).end('gateway timeout'));
      } else if (request.url!.includes('?path=')) {
        response.end('{"files":[{"path":"model.onnx","is_dir":false,"file_size":5}]}');
      } else response.end('bytes');
    });
    await openArtifacts(client, uri).write('model.onnx', new Blob(['bytes']));
    expect(puts).toEqual(['bytes']);
    await expect(openArtifacts(client, uri).write('model.onnx', new Blob(['other']))).rejects.toMatchObject({
      status: 504,
    });
  });

  test('a listing that names files outside its folder is refused', async () => {
    const client = await open((_, response) =>
      response.end('{"files":[{"path":"../../.bashrc","is_dir":false}]}'),
    );
    await expect(openArtifacts(client, uri).list()).rejects.toMatchObject({ code: 'unsafe-artifact-path' });
  });

  test('a large file goes up without being held in memory', async () => {
    const bytes = 250 * 1024 * 1024;
    const big = join(place, 'big.bin');
    const stored = join(place, 'stored.bin');
    const file = createWriteStream(big);
    for (let n = 0; n < 250; n++) if (!file.write(Buffer.alloc(1024 * 1024, n))) await once(file, 'drain');
    await finished(file.end());
    let length: string | undefined;
    const client = await open((request, response) => {
      if (request.method === 'PUT') {
        length = request.headers['content-length'];
        request.pipe(createWriteStream(stored)).on('finish', () => response.end());
      } else
        response.end(`{"files":[{"path":"big.bin","is_dir":false,"file_size":${statSync(stored).size}}]}`);
    });
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
    }, 5);
    await uploadFile(openArtifacts(client, uri), 'big.bin', big);
    clearInterval(watch);
    expect(length).toBe(`${bytes}`);
    expect(peak).toBeLessThan(bytes / 2);
  });

  test("the client's signal ends an upload and a download", async () => {
    for (const transfer of ['up', 'down']) {
      const controller = new AbortController();
      const client = await open(() => controller.abort(new Error('Ctrl-C')), { signal: controller.signal });
      const folder = openArtifacts(client, uri);
      const call = transfer === 'up' ? folder.write('a', new Blob(['a'])) : readArtifact(folder, 'a');
      await expect(call).rejects.toThrow('Ctrl-C');
      server!.closeAllConnections();
      server!.close();
    }
  });

  test('a file that is not there is told with status and path', async () => {
    const client = await open((_, response) =>
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"detail":"Not Found"}'),
    );
    await expect(readArtifact(openArtifacts(client, uri), 'a/never.txt')).rejects.toMatchObject({
      status: 404,
      path: '/api/2.0/mlflow-artifacts/artifacts/1/r/artifacts/a/never.txt',
    });
  });
});

test.each(['gs://bucket/x', 'mlflow-artifacts://other-host/1/r', 'dbfs:/x', 'relative/path'])(
  'artifacts at %s are refused, saying what can be reached',
  (uri) => {
    const client = createMlflowClient({ trackingUri: 'http://mlflow.invalid' });
    expect(() => openArtifacts(client, uri)).toThrow(
      expect.objectContaining({ code: 'unsupported-artifact-store' }),
    );
  },
);

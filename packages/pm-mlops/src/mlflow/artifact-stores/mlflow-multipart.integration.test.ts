import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { pythonFor } from 'pm-core/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type MlflowServer, startMlflowServer } from '../../testing/mlflow-server.ts';
import type { ProcessServer } from '../../testing/process-server.ts';
import { s3Environment, s3Python, startS3Server } from '../../testing/s3-server.ts';
import { openArtifacts } from '../artifacts.ts';
import { createMlflowClient } from '../client.ts';
import { experimentIdByName } from '../experiments.ts';
import { createRun } from '../runs.ts';
import { downloadFile, readArtifact } from '../transfer.ts';
import { describeLargeFiles } from './contract/large-files.ts';

const needed = [pythonFor(), s3Python()];
const mebibyte = 1024 ** 2;

describe.skipIf(needed.includes(undefined))(
  'a real MLflow server that proxies artifacts in S3 (needs Python)',
  () => {
    let s3: ProcessServer;
    let between: Between;
    let mlflow: MlflowServer;
    let place: string;
    beforeAll(async () => {
      place = mkdtempSync(join(tmpdir(), 'parts-'));
      s3 = await startS3Server('mlflow');
      between = await startBetween(s3.baseUrl);
      const environment = { ...s3Environment(s3), MLFLOW_S3_ENDPOINT_URL: between.baseUrl };
      mlflow = await startMlflowServer({
        arguments: ['--artifacts-destination', 's3://mlflow/root'],
        environment: { ...environment, PYTHONPATH: packagesOf(s3Python()!) },
      });
    });
    afterAll(async () => {
      await mlflow?.close();
      between?.server.close();
      await s3?.close();
      rmSync(place, { recursive: true, force: true });
    });
    beforeEach(() => {
      between.requests.length = 0;
      between.fault = () => undefined;
    });

    /** S3 takes no smaller part than 5 MiB. */
    const small = {
      MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE: `${6 * mebibyte}`,
      MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE: `${5 * mebibyte}`,
    };
    const open = async (environment: Record<string, string> = small) => {
      const client = createMlflowClient({
        trackingUri: mlflow.baseUrl,
        environment,
        retry: { retries: 2 },
        sleep: async () => {},
      });
      const experimentId = await experimentIdByName(client, 'parts');
      const { runId, artifactUri } = await createRun(client, { experimentId, startTimeMs: 1 });
      return { runId, folder: openArtifacts(client, artifactUri) };
    };
    const bytes = Buffer.alloc(12 * mebibyte + 7, 'not all parts are the same. ');
    const puts = () => between.requests.filter((one) => one.startsWith('PUT'));

    test('a large file goes in parts and comes back to us and to Python', async () => {
      const { runId, folder } = await open();
      await folder.write('model/größe in parts.bin', new Blob([bytes]));
      expect(puts().sort()).toEqual(['PUT part 1', 'PUT part 2', 'PUT part 3']);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const file = join(place, 'back.bin');
      expect(await downloadFile(folder, 'model/größe in parts.bin', file, { sha256 })).toBe(sha256);
      expect((await digestsByPython(runId))['model/größe in parts.bin']).toBe(sha256);
    });

    test.each<[string, number, Record<string, string>]>([
      ['a smaller one', 6 * mebibyte - 1, small],
      ['one below 500 MiB', 7 * mebibyte, {}],
      [
        'any, where that is unwanted',
        7 * mebibyte,
        { ...small, MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD: 'false' },
      ],
    ])('%s goes through the server in one piece', async (_, size, environment) => {
      const { folder } = await open(environment);
      await folder.write('x.bin', new Blob([bytes.subarray(0, size)]));
      expect(puts().filter((one) => one.includes('part'))).toEqual([]);
      expect(await folder.list()).toEqual([{ path: 'x.bin', isDirectory: false, sizeBytes: size }]);
    });

    test('a part that fails for a while is sent again, alone', async () => {
      const { folder } = await open();
      const faults = [503, 500];
      between.fault = (told) => (told === 'PUT part 2' ? faults.shift() : undefined);
      await folder.write('x.bin', new Blob([bytes]));
      expect(puts().sort()).toEqual(['PUT part 1', 'PUT part 2', 'PUT part 2', 'PUT part 2', 'PUT part 3']);
      expect((await readArtifact(folder, 'x.bin')).equals(bytes)).toBe(true);
    });

    test.each([
      [403, 1],
      [503, 3],
    ])('a part that is answered %i for good ends the upload, with nothing left', async (status, tries) => {
      const { folder } = await open();
      between.fault = (told) => (told === 'PUT part 2' ? status : undefined);
      const failure = await folder.write('model/x.bin', new Blob([bytes])).catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'ArtifactStoreError', status });
      expect(inspect(failure, { depth: 9 })).not.toMatch(/Signature=/);
      expect(puts().filter((one) => one === 'PUT part 2').length).toBe(tries);
      between.fault = () => undefined;
      expect(await folder.list()).toEqual([]);
      const pending = await fetch(`${s3.baseUrl}/mlflow?uploads`);
      expect(await pending.text()).not.toContain('<UploadId>');
    });

    describeLargeFiles(async () => (await open()).folder, 80);

    async function digestsByPython(runId: string): Promise<Record<string, string>> {
      const script = join(import.meta.dirname, 'testing', 'artifacts_both_ways.py');
      const { stdout } = await promisify(execFile)(pythonFor()!, [script, runId], {
        env: {
          PATH: process.env.PATH,
          HOME: mlflow.directory,
          MLFLOW_TRACKING_URI: mlflow.baseUrl,
          MLFLOW_DISABLE_TELEMETRY: 'true',
          MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR: 'false',
        },
      });
      return JSON.parse(stdout.trimEnd().split('\n').at(-1)!).digests;
    }
  },
);

interface Between {
  readonly baseUrl: string;
  readonly server: Server;
  /** `METHOD path`, or `PUT part N`. */
  readonly requests: string[];
  /** A status to answer instead of the storage. */
  fault(told: string): number | undefined;
}

/** Passes everything on to a storage and back, but what is to fail. */
async function startBetween(target: string): Promise<Between> {
  const server = createServer((incoming, outgoing) => {
    const { pathname, searchParams } = new URL(incoming.url!, target);
    const part = searchParams.get('partNumber');
    const told = `${incoming.method} ${part === null ? pathname : `part ${part}`}`;
    between.requests.push(told);
    const status = between.fault(told);
    if (status !== undefined) {
      incoming.resume().on('end', () => outgoing.writeHead(status).end());
      return;
    }
    const { method, headers, url } = incoming;
    const passed = forward(new URL(url!, target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.on('error', () => passed.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const between: Between = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    requests: [],
    fault: () => undefined,
  };
  return between;
}

/** Of a virtual environment, to lay its packages over another one's. */
function packagesOf(python: string): string {
  const library = join(dirname(python), '../lib');
  const [version] = readdirSync(library);
  return join(library, version!, 'site-packages');
}

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonFor } from 'pm-core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMlflowClient, type MlflowClient } from '../../mlflow/client.ts';
import { type MlflowServer, startMlflowServer } from '../../testing/mlflow-server.ts';
import { mlrunsSource, serverSource, transferRuns } from './index.ts';
import { logSmallExample } from './testing/example-runs.ts';
import { storeContents } from './testing/store-contents.ts';
import { embeddedStore, isWrite } from './testing/stores.ts';

const python = pythonFor();
const everything = { models: true, stages: true };

describe.skipIf(python === undefined)(
  'a transfer and a real MLflow server (skipped without Python ≥ 3.11)',
  () => {
    let folder: string;
    let server: MlflowServer;
    let client: MlflowClient;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'transfer-python-'));
      server = await startMlflowServer();
      client = createMlflowClient({ trackingUri: server.baseUrl });
    });
    afterAll(async () => {
      await server?.close();
      rmSync(folder, { recursive: true });
    });

    const runPython = (script: string, ...words: string[]) =>
      execFileSync(python!, [join(import.meta.dirname, 'testing', script), ...words], {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });

    it('goes there and back, and what comes back is what went, ids and all', async () => {
      using from = embeddedStore();
      using back = embeddedStore();
      await logSmallExample(from.client);
      const pushed = await transferRuns({
        source: serverSource(from.client, ''),
        target: client,
        ...everything,
      });
      expect(pushed).toMatchObject({ runs: { created: 2 }, modelVersions: { created: 1 }, losses: [] });
      expect(await storeContents(serverSource(client, ''))).toEqual(
        await storeContents(serverSource(from.client, '')),
      );
      const pulled = await transferRuns({
        source: serverSource(client, ''),
        target: back.client,
        ...everything,
      });
      expect(pulled.losses).toEqual([]);
      expect(await storeContents(serverSource(back.client, ''))).toEqual(
        await storeContents(serverSource(from.client, '')),
      );
      const ids = async (store: typeof from) =>
        (await serverSource(store.client, '').runs('1')).map(({ runId }) => runId).sort();
      expect(await ids(back)).toEqual(await ids(from));
    });

    it('pushed again writes nothing', async () => {
      using from = embeddedStore();
      await logSmallExample(from.client, 'twice');
      const push = (target: MlflowClient) =>
        transferRuns({
          source: serverSource(from.client, ''),
          target,
          experiments: ['twice'],
          ...everything,
        });
      await push(client);
      const writes: string[] = [];
      const watched = createMlflowClient({
        trackingUri: server.baseUrl,
        fetch: (input, init) => {
          const request = new Request(input, init);
          if (isWrite(request)) writes.push(`${request.method} ${request.url}`);
          return fetch(request);
        },
      });
      expect(await push(watched)).toMatchObject({ runs: { unchanged: 2 }, losses: [] });
      expect(writes).toEqual([]);
    });

    it('goes on after a failure at any request that writes, its answer lost, without a second copy', async () => {
      using from = embeddedStore();
      let reached = true;
      for (let failing = 1; reached; failing++) {
        let writes = 0;
        const breaking = createMlflowClient({
          trackingUri: server.baseUrl,
          retry: { retries: 0 },
          fetch: async (input, init) => {
            const request = new Request(input, init);
            const answer = await fetch(request.clone(), init);
            if (isWrite(request) && ++writes === failing)
              throw new TypeError('fetch failed', { cause: new Error('x') });
            return answer;
          },
        });
        const experiment = `broken ${failing}`;
        await logSmallExample(from.client, experiment);
        const push = (target: MlflowClient) =>
          transferRuns({ source: serverSource(from.client, ''), target, experiments: [experiment] });
        await push(breaking).catch(() => {});
        reached = writes >= failing;
        expect((await push(client)).losses).toEqual([]);
        expect(await push(client)).toMatchObject({ runs: { unchanged: 2 }, loggedModels: { unchanged: 1 } });
        const there = (await serverSource(client, '').experiments()).find(({ name }) => name === experiment);
        expect(await serverSource(client, '').runs(there!.experimentId)).toHaveLength(2);
        expect(await serverSource(client, '').loggedModels(there!.experimentId)).toHaveLength(1);
      }
    });

    it('brings an old mlruns folder of Python to a server, where Python finds it again', async () => {
      const mlruns = join(folder, 'mlruns');
      runPython('log_file_store.py', `file:${mlruns}`);
      const source = mlrunsSource(mlruns);
      for (const kind of ['created', 'unchanged'] as const) {
        const report = await transferRuns({ source, target: client, ...everything });
        expect(report).toMatchObject({
          runs: { [kind]: 2 },
          loggedModels: { [kind]: 1 },
          deletedRuns: 1,
          losses: [],
        });
      }
      expect(JSON.parse(runPython('read_transferred.py', server.baseUrl))).toEqual({
        runs: 2,
        nested: true,
        history: [
          [0, '1.5'],
          [1, 'nan'],
          [2, `${Number.MAX_VALUE}`],
          [3, '-0.25'],
        ],
        datasets: ['ds'],
        champion: true,
        predicted: [4],
        bearing: 'Production',
      });
    });
  },
);

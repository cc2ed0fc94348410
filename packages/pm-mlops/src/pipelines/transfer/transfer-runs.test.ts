import { describe, expect, it } from 'vitest';
import type { MlflowClient } from '../../mlflow/client.ts';
import { deleteRun, searchRuns } from '../../mlflow/runs.ts';
import { serverSource, transferRuns } from './index.ts';
import { logSmallExample } from './testing/example-runs.ts';
import { storeContents } from './testing/store-contents.ts';
import { embeddedStore, isWrite } from './testing/stores.ts';

const contents = (client: MlflowClient) => storeContents(serverSource(client, 'a store'));
const push = (from: MlflowClient, target: MlflowClient) =>
  transferRuns({ source: serverSource(from, 'the source'), target, models: true, stages: true });

async function runIds(client: MlflowClient): Promise<string[]> {
  const ids: string[] = [];
  const experimentIds = (await serverSource(client, '').experiments()).map(
    ({ experimentId }) => experimentId,
  );
  for await (const { runId } of searchRuns(client, { experimentIds })) ids.push(runId);
  return ids.sort();
}

describe('a transfer between embedded stores', () => {
  it('carries runs, histories, datasets, links, files, models and stages, ids and all', async () => {
    using from = embeddedStore();
    using to = embeddedStore();
    await logSmallExample(from.client);
    const report = await push(from.client, to.client);
    expect(report).toMatchObject({
      runs: { created: 2, completed: 0, unchanged: 0 },
      loggedModels: { created: 1 },
      modelVersions: { created: 1 },
      metricPoints: 5,
      artifactFiles: 3,
      artifactBytes: 9 + 12,
      losses: [],
    });
    expect(await contents(to.client)).toEqual(await contents(from.client));
    expect(await runIds(to.client)).toEqual(await runIds(from.client));
  });

  it('done again writes nothing, nor does the way back', async () => {
    using from = embeddedStore();
    using to = embeddedStore();
    await logSmallExample(from.client);
    await push(from.client, to.client);
    for (const [source, target] of [
      [from, to],
      [to, from],
    ] as const) {
      const writes: string[] = [];
      const watched = target.through((fetch) => async (input, init) => {
        const request = new Request(input, init);
        if (isWrite(request)) writes.push(`${request.method} ${request.url}`);
        return fetch(request);
      });
      const report = await push(source.client, watched);
      expect(report).toMatchObject({ runs: { unchanged: 2 }, modelVersions: { unchanged: 1 }, losses: [] });
      expect(writes).toEqual([]);
    }
  });

  it('goes on after a failure at any request, its answer lost or never sent, to the same end', async () => {
    using from = embeddedStore();
    await logSmallExample(from.client);
    const expected = await contents(from.client);
    for (const isDone of [false, true]) {
      let reached = true;
      let broken = 0;
      for (let failing = 1; reached; failing++) {
        using to = embeddedStore();
        let requests = 0;
        const breaking = to.through((fetch) => async (input, init) => {
          const isLast = ++requests === failing;
          if (!isLast) return fetch(input, init);
          if (isDone) await (await fetch(input, init)).arrayBuffer();
          throw new TypeError('fetch failed', { cause: new Error('the line is dead') });
        });
        // An upload whose answer is lost is found at the target, so that not every failure breaks the transfer.
        await push(from.client, breaking).catch((error: Error) => {
          expect(error.message).toContain('the line is dead');
          broken++;
        });
        reached = requests >= failing;
        expect(await push(from.client, to.client)).toMatchObject({ losses: [] });
        expect(await contents(to.client)).toEqual(expected);
      }
      expect(broken).toBeGreaterThan(20);
    }
  });

  it('brings several stores together in one, each once', async () => {
    using one = embeddedStore();
    using two = embeddedStore();
    using hub = embeddedStore();
    await logSmallExample(one.client);
    await logSmallExample(two.client);
    for (const store of [one, two, one, two]) {
      expect((await push(store.client, hub.client)).losses).toEqual([]);
    }
    expect(await runIds(hub.client)).toEqual(
      [...(await runIds(one.client)), ...(await runIds(two.client))].sort(),
    );
    const [bearing] = await serverSource(hub.client, '').registeredModels();
    expect(bearing!.versions.map(({ stage }) => stage)).toEqual(['Archived', 'Production']);
  });

  it('leaves deleted runs out and counts them', async () => {
    using from = embeddedStore();
    using to = embeddedStore();
    await logSmallExample(from.client);
    const [first] = await runIds(from.client);
    await deleteRun(from.client, first!);
    const report = await transferRuns({ source: serverSource(from.client, ''), target: to.client });
    expect(report).toMatchObject({ deletedRuns: 1, runs: { created: 1 } });
    expect(await runIds(to.client)).not.toContain(first);
  });
});

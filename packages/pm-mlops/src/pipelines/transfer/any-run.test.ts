import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openArtifacts } from '../../mlflow/artifacts.ts';
import { logBatch } from '../../mlflow/batches.ts';
import { experimentIdByName } from '../../mlflow/experiments.ts';
import { createRun } from '../../mlflow/runs.ts';
import { serverSource, transferRuns } from './index.ts';
import { storeContents } from './testing/store-contents.ts';
import { embeddedStore, isWrite } from './testing/stores.ts';

const key = fc.stringMatching(/^[a-z][\w.-]{0,8}(\/[a-z]\w{0,4})?$/);
const texts = fc.dictionary(key, fc.string({ maxLength: 20, unit: 'binary' }), {
  maxKeys: 5,
  noNullPrototype: true,
});
const anyRun = fc.record({
  startTimeMs: fc.nat(),
  params: texts,
  tags: texts,
  metrics: fc.array(
    fc.record({ key, value: fc.double(), step: fc.maxSafeInteger(), timestampMs: fc.maxSafeNat() }),
    { maxLength: 8 },
  ),
  file: fc.uint8Array({ maxLength: 50 }),
});

it('whatever runs hold, they arrive equal, and the second transfer writes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRun, { maxLength: 3 }), async (runs) => {
      using from = embeddedStore();
      using to = embeddedStore();
      const experimentId = await experimentIdByName(from.client, 'any');
      for (const { startTimeMs, file, ...values } of runs) {
        const { runId, artifactUri } = await createRun(from.client, { experimentId, startTimeMs });
        await logBatch(from.client, runId, values);
        await openArtifacts(from.client, artifactUri).write('f.bin', new Blob([file]));
      }
      const source = serverSource(from.client, '');
      let writes = 0;
      const watched = to.through((fetch) => async (input, init) => {
        const request = new Request(input, init);
        if (isWrite(request)) writes++;
        return fetch(request);
      });
      expect((await transferRuns({ source, target: watched })).losses).toEqual([]);
      expect(await storeContents(serverSource(to.client, ''))).toEqual(await storeContents(source));
      writes = 0;
      expect(await transferRuns({ source, target: watched })).toMatchObject({
        runs: { created: 0, completed: 0, unchanged: runs.length },
        losses: [],
      });
      expect(writes).toBe(0);
    }),
    { numRuns: 12 },
  );
});

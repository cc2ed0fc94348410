import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { serverSource, transferRuns } from './index.ts';
import { logSmallExample } from './testing/example-runs.ts';
import { storeContents } from './testing/store-contents.ts';
import { embeddedStore } from './testing/stores.ts';

const fixture = join(import.meta.dirname, 'testing/transfer-and-die.fixture.ts');

it('ends equal after kill -9 in the middle, however often', async () => {
  using from = embeddedStore();
  using to = embeddedStore();
  await logSmallExample(from.client);
  const contents = (store: typeof from) => storeContents(serverSource(store.client, ''));
  const deaths = [9, 19, 23, 25, 31].map((last) => {
    const { signal } = spawnSync(process.execPath, [fixture, from.folder, to.folder, `${last}`]);
    return signal;
  });
  expect(deaths).toEqual(Array(5).fill('SIGKILL'));
  const report = await transferRuns({
    source: serverSource(from.client, ''),
    target: to.client,
    models: true,
    stages: true,
  });
  expect(report.losses).toEqual([]);
  expect(await contents(to)).toEqual(await contents(from));
});

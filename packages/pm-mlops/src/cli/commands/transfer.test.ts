import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { setModelVersionTag } from '../../mlflow/model-versions.ts';
import { logSmallExample } from '../../pipelines/transfer/testing/example-runs.ts';
import { embeddedStore } from '../../pipelines/transfer/testing/stores.ts';

const main = join(import.meta.dirname, '../main.ts');

it('pm runs push exits 0 when all arrived, and 1 naming what did not', async () => {
  using from = embeddedStore();
  using to = embeddedStore();
  await logSmallExample(from.client);
  const push = (...flags: string[]) =>
    spawnSync(
      process.execPath,
      [main, 'runs', 'push', `sqlite:///${to.folder}/mlflow.db`, '--all', ...flags],
      {
        cwd: from.folder,
        encoding: 'utf8',
      },
    );
  const first = push();
  expect([first.status, first.stdout]).toEqual([0, expect.stringContaining('nothing is missing')]);
  // A version at the source whose files are nowhere.
  const body = { name: 'bearing', source: 's3://elsewhere/model' };
  await from.client.api.POST('/api/2.0/mlflow/model-versions/create', { body });
  await setModelVersionTag(from.client, 'bearing', '2', { key: 'gate', value: 'open' });
  const second = push('--models', '--json');
  expect(second.status).toBe(1);
  expect(JSON.parse(second.stdout).losses).toEqual([
    'version 2 of bearing: its files at s3://elsewhere/model are of no run or logged model that crosses',
  ]);
});

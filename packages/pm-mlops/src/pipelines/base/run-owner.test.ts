import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { experimentIdByName } from '../../mlflow/experiments.ts';
import { createRun, getRun } from '../../mlflow/runs.ts';
import { openTracking } from '../../mlflow/tracking.ts';
import { ENDED_TAG, endOrphanedRuns, OWNER_TAG, ownerTag } from './run-owner.ts';

test('ends runs whose process is gone or whose pid is now another process, and no other', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'run-owner-'));
  const tracking = await openTracking({ environment: {}, cwd });
  const { client } = tracking;
  const experimentId = await experimentIdByName(client, 'fleet');
  const start = async (tags: Record<string, string>) =>
    (await createRun(client, { experimentId, startTimeMs: 1, tags })).runId;
  const owned = (owner: object) => start({ [OWNER_TAG]: JSON.stringify(owner) });
  const dead = { host: hostname(), pid: spawnSync(process.execPath, ['--version']).pid, processStart: null };
  const orphan = await owned(dead);
  const recycled = await owned({ host: hostname(), pid: process.pid, processStart: '1' });
  const others = [
    await start(ownerTag()),
    await owned({ ...dead, host: 'another-host' }),
    await start({}),
    await start({ [OWNER_TAG]: 'unreadable' }),
  ];

  const sweep = () => endOrphanedRuns(client, { experimentName: 'fleet', now: () => new Date(7000) });
  // Where the system does not tell when a process started, a recycled pid counts as alive.
  const gone = ownerTag()[OWNER_TAG]!.includes('"processStart":null') ? [orphan] : [orphan, recycled];
  expect((await sweep()).sort()).toEqual(gone.sort());
  expect(await getRun(client, orphan)).toMatchObject({
    status: 'KILLED',
    endTimeMs: 7000,
    tags: { [ENDED_TAG]: `process ${dead.pid} of ${hostname()} is gone` },
  });
  for (const id of others) expect((await getRun(client, id)).status).toBe('RUNNING');
  expect(await sweep()).toEqual([]);
  await tracking.close();
  rmSync(cwd, { recursive: true });
});

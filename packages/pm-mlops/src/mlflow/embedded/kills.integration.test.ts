import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { pythonFor } from 'pm-core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MlflowServer, startMlflowServer } from '../../testing/mlflow-server.ts';
import { runPython } from './testing/run-python.ts';
import { openTestStore, type TestStore } from './testing/store.ts';
import { faultsOf } from './testing/trainer-check.ts';
import { MODEL_NAME } from './testing/trainer-facts.ts';

/** `make test-soak` asks for 500. */
const kills = Number(process.env.SOAK_KILLS ?? 10);
const trainer = join(import.meta.dirname, 'testing/trainer.ts');

/** Lines of a trainer that is killed at a random moment after it began to write, or, now and then, to open the file. */
async function killedTrainer(folder: string, whileOpening: boolean): Promise<string[]> {
  const process = spawn(globalThis.process.execPath, [trainer, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const output = createInterface({ input: process.stdout });
  output.on('line', (line) => lines.push(line));
  if (!whileOpening) await once(output, 'line');
  await sleep(Math.random() * 400);
  process.kill('SIGKILL');
  await once(process, 'close');
  return lines;
}

describe.skipIf(pythonFor() === undefined)(
  'kill -9 while a training is logged and mlflow server has the file',
  () => {
    let store: TestStore;
    let server: MlflowServer;
    beforeAll(async () => {
      store = openTestStore();
      server = await startMlflowServer({ directory: store.folder });
    });
    afterAll(async () => {
      await server?.close();
      store?.close();
    });

    test(
      `${kills} times: the file is sound, nothing is there by half, nothing that was answered is lost`,
      async () => {
        await store.call('POST', 'registered-models/create', { name: MODEL_NAME });
        const created = { experiment_id: '0', user_id: 'python' };
        const { run } = await store.call<{ run: { info: { run_id: string } } }>(
          'POST',
          'runs/create',
          created,
        );
        const { run_id } = run.info;
        const points = 10 * kills;
        const python = runPython('log_metrics', server.baseUrl, run_id, `${points}`);
        const said: string[] = [];
        for (let kill = 0; kill < kills; kill++) {
          said.push(...(await killedTrainer(store.folder, kill % 5 === 4)));
          expect(faultsOf(store.folder, said)).toEqual([]);
        }
        await python;
        expect(said.filter((line) => line.startsWith('finished'))).not.toEqual([]);
        const database = new DatabaseSync(store.databaseFile, { readOnly: true });
        const count = database.prepare('SELECT count(*) AS n FROM metrics WHERE run_uuid = ?').get(run_id);
        database.close();
        expect(count).toEqual({ n: points });
      },
      60_000 + kills * 10_000,
    );
  },
);

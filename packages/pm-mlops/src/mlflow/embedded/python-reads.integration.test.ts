import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pythonFor } from 'pm-core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MlflowServer, startMlflowServer } from '../../testing/mlflow-server.ts';
import { SCHEMA_REVISION } from './open-database.ts';
import { plantedTraining, plantTraining } from './testing/planted-store.ts';
import { runPython } from './testing/run-python.ts';
import { openTestStore, type TestStore } from './testing/store.ts';

describe.skipIf(pythonFor() === undefined)('mlflow server on the file of the embedded store', () => {
  let store: TestStore;
  let server: MlflowServer;
  let run_id: string;
  beforeAll(async () => {
    store = openTestStore();
    ({ run_id } = await plantTraining(store, 'before', 'made-before'));
    server = await startMlflowServer({ directory: store.folder }); // upgrades the file, which the store has open
  });
  afterAll(async () => {
    await server?.close();
    store.close();
  });

  const column = (sql: string) => {
    const database = new DatabaseSync(store.databaseFile, { readOnly: true });
    const values = database
      .prepare(sql)
      .all()
      .map((row) => Object.values(row)[0]);
    database.close();
    return values;
  };

  test('it upgrades the file and shows all that the store wrote before', async () => {
    expect(column('SELECT version_num FROM alembic_version')).not.toEqual([SCHEMA_REVISION]);
    expect(await runPython('read_store', server.baseUrl, 'before', 'made-before')).toEqual(plantedTraining);
  });

  test('it shows what the open store and one opened later write to the upgraded file', async () => {
    await plantTraining(store, 'after', 'made-after');
    const later = openTestStore(store.folder);
    await plantTraining(later, 'later', 'made-later');
    later.close();
    expect(await runPython('read_store', server.baseUrl, 'after', 'made-after')).toEqual(plantedTraining);
    expect(await runPython('read_store', server.baseUrl, 'later', 'made-later')).toEqual(plantedTraining);
  });

  test('while Python logs through the server and the store writes to the file, nothing is lost', async () => {
    const python = runPython('log_metrics', server.baseUrl, run_id, '100');
    let running = true;
    const ended = python.finally(() => {
      running = false;
    });
    let written = 0;
    while (running) {
      await store.call('POST', 'runs/log-metric', {
        run_id,
        key: 'ours',
        value: written,
        timestamp: 1,
        step: written,
      });
      written++;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await ended;
    expect(written).toBeGreaterThan(100);
    const history = async (key: string) =>
      (
        await store.call<{ metrics: object[] }>(
          'GET',
          `metrics/get-history?run_id=${run_id}&metric_key=${key}`,
        )
      ).metrics;
    expect(await history('python')).toHaveLength(100);
    expect(await history('ours')).toHaveLength(written);
  });

  test('the file is sound after all that', () => {
    expect(column('PRAGMA integrity_check')).toEqual(['ok']);
    expect(column('PRAGMA foreign_key_check')).toEqual([]);
  });
});

describe.skipIf(pythonFor() === undefined)('the schema of a new file', () => {
  test("is what MLflow's own migrations make", () => {
    const script = join(import.meta.dirname, '../../../../../tools/codegen/mlflow_schema.py');
    const made = execFileSync(pythonFor()!, [script], { encoding: 'utf8' });
    expect(readFileSync(join(import.meta.dirname, 'schema.sql'), 'utf8')).toBe(made);
  });
});

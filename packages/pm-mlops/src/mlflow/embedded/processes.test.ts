import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTestStore, type TestStore } from './testing/store.ts';

const script = join(import.meta.dirname, 'testing/writer.ts');

interface Versions {
  readonly model_versions: readonly { readonly version: string; readonly current_stage: string }[];
}

interface Writer {
  readonly process: ChildProcess;
  /** What it has said so far. */
  readonly lines: readonly string[];
  /** Its exit code; fails with its own error if it had one. */
  readonly ended: Promise<void>;
}

function startWriter(folder: string, ...words: readonly string[]): Writer {
  const process = spawn(globalThis.process.execPath, [script, folder, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const errors: string[] = [];
  createInterface({ input: process.stdout! }).on('line', (line) => lines.push(line));
  process.stderr!.on('data', (chunk) => errors.push(`${chunk}`));
  const ended = once(process, 'close').then(([code, signal]) => {
    if (code !== 0 && signal !== 'SIGKILL') throw new Error(`writer ended with ${code}: ${errors.join('')}`);
  });
  return { process, lines, ended };
}

describe('several processes on one file', () => {
  let store: TestStore;
  beforeEach(() => {
    store = openTestStore();
  });
  afterEach(() => store.close());

  test('four processes that create 100 versions each leave versions 1 to 400, each given to one of them', async () => {
    await store.call('POST', 'registered-models/create', { name: 'shared' });
    const writers = [1, 2, 3, 4].map(() => startWriter(store.folder, 'versions', 'shared', '100'));
    await Promise.all(writers.map(({ ended }) => ended));
    const given = writers.flatMap(({ lines }) => lines.map(Number)).sort((a, b) => a - b);
    expect(given).toEqual(Array.from({ length: 400 }, (_, n) => n + 1));
    const found = await store.call<Versions>('GET', 'model-versions/search?max_results=1000');
    expect(found.model_versions).toHaveLength(400);
  });

  test('while two processes promote in turn, a reader sees exactly one Production version at any time', async () => {
    await store.call('POST', 'registered-models/create', { name: 'served' });
    for (let n = 0; n < 2; n++) {
      await store.call('POST', 'model-versions/create', { name: 'served', source: 's3://bucket/model' });
    }
    const start = { name: 'served', version: '1', stage: 'Production', archive_existing_versions: true };
    await store.call('POST', 'model-versions/transition-stage', start);
    const writers = ['1', '2'].map((version) =>
      startWriter(store.folder, 'promote', 'served', version, '200'),
    );
    let running = true;
    const all = Promise.all(writers.map(({ ended }) => ended)).finally(() => {
      running = false;
    });
    const seen = new Set<string>();
    while (running) {
      const path = 'model-versions/search?filter=name="served"';
      const { model_versions } = await store.call<Versions>('GET', path);
      const holders = model_versions.filter(({ current_stage }) => current_stage === 'Production');
      expect(holders).toHaveLength(1);
      seen.add(holders[0]!.version);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await all;
    expect([...seen].sort()).toEqual(['1', '2']);
  });

  test('processes that find no file make one database together', async () => {
    store.close();
    store = openTestStore();
    const empty = join(store.folder, 'fresh');
    const writers = [1, 2, 3, 4].map(() => startWriter(empty, 'versions', 'none', '0'));
    await Promise.all(writers.map(({ ended }) => ended));
    const fresh = openTestStore(empty);
    expect(await fresh.call('GET', 'experiments/search?max_results=10')).toMatchObject({
      experiments: [{ experiment_id: '0', name: 'Default' }],
    });
    fresh.close();
  });
});

describe('a process that is killed while it writes', () => {
  test('leaves a sound file: what it was answered is there, and nothing is there by half', async () => {
    const store = openTestStore();
    await store.call('POST', 'registered-models/create', { name: 'killed' });
    const answered: string[] = [];
    for (const afterMs of [0, 3, 9, 27, 60, 100]) {
      const writer = startWriter(store.folder, 'everything', 'killed');
      while (writer.lines.length < 2) await new Promise((resolve) => setTimeout(resolve, 2));
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      writer.process.kill('SIGKILL');
      await writer.ended;
      answered.push(...writer.lines);
      expectSound(store.databaseFile, answered);
    }
    expect(answered.length).toBeGreaterThan(20);
    store.close();
  });
});

function expectSound(file: string, answered: readonly string[]): void {
  const database = new DatabaseSync(file);
  const column = (sql: string) =>
    database
      .prepare(sql)
      .all()
      .map((row) => `${Object.values(row)[0]}`);
  expect(column('PRAGMA integrity_check')).toEqual(['ok']);
  expect(column('PRAGMA foreign_key_check')).toEqual([]);
  const entities = column(
    'SELECT (SELECT count(*) FROM metrics m WHERE m.run_uuid = r.run_uuid) || (SELECT count(*) FROM params p WHERE p.run_uuid = r.run_uuid) FROM runs r',
  );
  expect(new Set(entities).isSubsetOf(new Set(['2020', '00']))).toBe(true);
  expect(column("SELECT count(*) FROM model_versions WHERE current_stage = 'Production'")).toEqual(['1']);
  const tags = column(
    'SELECT (SELECT count(*) FROM model_version_tags t WHERE t.version = v.version) FROM model_versions v',
  );
  expect(new Set(tags)).toEqual(new Set(['1']));
  const kept = new Set([
    ...column("SELECT 'run ' || run_uuid FROM params"),
    ...column("SELECT 'version ' || version FROM model_versions"),
  ]);
  expect(answered.filter((line) => !kept.has(line))).toEqual([]);
  database.close();
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDuckDb } from '../engine/index.ts';
import { openLake, type TableWrite } from './index.ts';

const clock = () => new Date('2026-02-03T04:05:06Z');
const folders: string[] = [];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pm-lake-'));
  folders.push(folder);
});
afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
});

const table = (text: string): TableWrite => ({
  write: async (path) => {
    writeFileSync(path, text);
    return text.length;
  },
});

describe('a commit', () => {
  it('shows new tables and facts to the next reader and removes the files of the old ones', async () => {
    const lake = openLake(join(folder, 'a', 'lake'), { clock });
    using _ = lake.lock('test');
    await lake.commit({ tables: { telemetry: table('one'), errors: table('x') } });
    await lake.commit({ tables: { telemetry: table('three') }, gridAnchor: '2015-01-01T06:00:00' });
    const { manifest } = openLake(lake.directory, { clock });
    expect(manifest.tables).toEqual({
      telemetry: { files: ['telemetry/telemetry-000002.parquet'], rowCount: 5 },
      errors: { files: ['errors/errors-000001.parquet'], rowCount: 1 },
    });
    expect(manifest.gridAnchor).toBe('2015-01-01T06:00:00');
    expect(readdirSync(join(lake.directory, 'telemetry'))).toEqual(['telemetry-000002.parquet']);
  });

  it('of months leaves the other months, and takes the place of a table in one file', async () => {
    const lake = openLake(folder, { clock });
    using _ = lake.lock('test');
    const { write } = table('one');
    const file = (generation: number, month: string) =>
      `telemetry/telemetry-00000${generation}-${month}.parquet`;
    await lake.commit({ tables: { telemetry: table('whole') } });
    await lake.commit({
      tables: { telemetry: { months: { '2015-02': write, '2014-12': write }, others: 'stay' } },
    });
    await lake.commit({
      tables: { telemetry: { months: { '2015-01': write, '2015-02': write }, others: 'stay' } },
    });
    const { telemetry } = openLake(folder, { clock }).manifest.tables;
    expect(telemetry!.files).toEqual([file(2, '2014-12'), file(3, '2015-01'), file(3, '2015-02')]);
    expect(telemetry!.rowCount).toBe(9);
    expect(telemetry!.months!['2015-01']).toEqual({ file: file(3, '2015-01'), rowCount: 3 });
    expect(
      readdirSync(join(folder, 'telemetry'))
        .map((name) => `telemetry/${name}`)
        .sort(),
    ).toEqual(telemetry!.files.toSorted());
    await lake.commit({ tables: { telemetry: { months: { '2015-03': write }, others: 'go' } } });
    expect(lake.manifest.tables.telemetry!.files).toEqual([file(4, '2015-03')]);
    await lake.commit({ tables: { telemetry: table('whole') } });
    expect(lake.manifest.tables.telemetry).toEqual({
      files: ['telemetry/telemetry-000005.parquet'],
      rowCount: 5,
    });
    expect(readdirSync(join(folder, 'telemetry'))).toEqual(['telemetry-000005.parquet']);
  });

  it('that fails while writing leaves the old state and no remains', async () => {
    const lake = openLake(folder, { clock });
    using _ = lake.lock('test');
    await lake.commit({ tables: { telemetry: table('old') } });
    const failing: TableWrite = {
      write: async (path) => {
        writeFileSync(path, 'half');
        throw new Error('planted');
      },
    };
    await expect(lake.commit({ tables: { errors: table('new'), telemetry: failing } })).rejects.toThrow(
      'planted',
    );
    expect(openLake(folder, { clock }).manifest.tables).toEqual(lake.manifest.tables);
    expect(readdirSync(join(folder, 'telemetry'))).toEqual(['telemetry-000001.parquet']);
    expect(readdirSync(join(folder, 'errors'))).toEqual([]);
  });

  it('needs the lock', async () => {
    const lake = openLake(folder, { clock });
    await expect(lake.commit({})).rejects.toThrow('needs its lock');
  });

  it('sweeps nothing that a lake does not write itself', async () => {
    const lake = openLake(folder, { clock });
    mkdirSync(join(folder, 'telemetry'));
    const theirs = ['mine.parquet', 'notes.txt', 'telemetry-1.parquet', '.hidden'];
    for (const name of theirs) writeFileSync(join(folder, 'telemetry', name), 'kept');
    using _ = lake.lock('test');
    await lake.commit({ tables: { telemetry: table('new'), errors: table('x') } });
    await lake.commit({ tables: { errors: null } });
    expect(readdirSync(join(folder, 'telemetry')).sort()).toEqual(
      [...theirs, 'telemetry-000001.parquet'].sort(),
    );
    expect(readdirSync(join(folder, 'errors'))).toEqual([]);
  });

  it('killed at any moment leaves either the old or the new state of all tables', async () => {
    const endings = new Set<string>();
    for (const delayMs of [0, 3, 7, 13, 20, 31]) {
      const child = spawn(
        process.execPath,
        [join(import.meta.dirname, 'commit-forever.fixture.ts'), folder],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      await once(child.stdout, 'data');
      await sleep(delayMs);
      child.kill('SIGKILL');
      await once(child, 'exit');
      expectOneState(folder);
      using lock = openLake(folder, { clock }).lock('after the kill');
      expect(lock).toBeDefined();
      endings.add(expectOneState(folder));
      expect(readdirSync(join(folder, 'a')).length + readdirSync(join(folder, 'b')).length).toBe(2);
    }
    expect(endings.size).toBeGreaterThan(1);
  });
});

/** Both tables hold the number of one and the same commit; returns it. */
function expectOneState(directory: string): string {
  const { tables } = openLake(directory, { clock }).manifest;
  const [a, b] = ['a', 'b'].map((name) => readFileSync(join(directory, tables[name].files[0]), 'utf8'));
  expect(a).toBe(b);
  expect(tables.a.rowCount).toBe(a.length);
  return a.slice(0, 20);
}

it('an early lake, with a watermark and no record of its files, is read', async () => {
  const lake = openLake(folder, { clock });
  using _ = lake.lock('test');
  await lake.commit({ tables: { telemetry: table('one') } });
  const path = join(folder, 'lake.json');
  const { ingested: _none, ...early } = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...early, watermark: null }));
  expect(openLake(folder, { clock }).manifest).toEqual(lake.manifest);
});

describe('the lock', () => {
  it('of a living process is refused, naming pid, since when and what it does', () => {
    const owner = openLake(folder, { clock });
    using _ = owner.lock('training of predictive-maintenance');
    const second = openLake(folder, { clock });
    expect(() => second.lock('ingest')).toThrow(
      new RegExp(
        `process ${process.pid} has been doing "training of predictive-maintenance" since 2026-02-03T04:05:06`,
      ),
    );
  });

  it('is free again after release, and a late second release takes nothing from the next owner', () => {
    const first = openLake(folder, { clock }).lock('one');
    first.release();
    using _ = openLake(folder, { clock }).lock('two');
    first.release();
    expect(existsSync(join(folder, 'lake.lock'))).toBe(true);
  });

  it.each([
    ['a dead process', { pid: 2 ** 22 + 1, processStart: null }],
    ['an earlier process with a recycled pid', { pid: process.pid, processStart: '1' }],
  ])('of %s is taken over', (_title, owner) => {
    plantLock({ ...owner, since: '2026-01-01T00:00:00Z', purpose: 'died' });
    using _ = openLake(folder, { clock }).lock('next');
    expect(readFileSync(join(folder, 'lake.lock'), 'utf8')).toContain('"next"');
    expect(readdirSync(folder)).toEqual(['lake.lock']);
  });

  it.runIf(process.platform === 'linux')(
    'of a process that is dead but not buried is taken over',
    async () => {
      // The shell becomes a program that never asks after its child.
      const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 30'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const pid = Number(`${(await once(parent.stdout, 'data'))[0]}`);
      await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z ');
      plantLock({ pid, processStart: null, since: '2026-01-01T00:00:00Z', purpose: 'died' });
      openLake(folder, { clock }).lock('next').release();
      parent.kill('SIGKILL');
    },
  );

  it('of which nothing can be read is taken over', () => {
    writeFileSync(join(folder, 'lake.lock'), '{"pid":');
    openLake(folder, { clock }).lock('next').release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is held by one of many processes that start at once over a dead lock', async () => {
    plantLock({ pid: 2 ** 22 + 1, processStart: null, since: '2026-01-01T00:00:00Z', purpose: 'died' });
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, [join(import.meta.dirname, 'commit-forever.fixture.ts'), folder], {
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
    const started = await Promise.all(
      children.map((child) => Promise.race([once(child.stdout, 'data'), once(child, 'exit')])),
    );
    const winners = started.filter(([first]) => first instanceof Buffer);
    for (const child of children) child.kill('SIGKILL');
    expect(winners).toHaveLength(1);
  });

  const plantLock = (owner: object) => writeFileSync(join(folder, 'lake.lock'), JSON.stringify(owner));
});

describe('opening', () => {
  it('writes nothing: an absent folder is a lake without tables', () => {
    const lake = openLake(join(folder, 'absent'), { clock });
    expect(lake.manifest.tables).toEqual({});
    expect(existsSync(lake.directory)).toBe(false);
  });

  it('refuses a later format by its number', () => {
    writeFileSync(join(folder, 'lake.json'), '{"formatVersion":3,"news":true}');
    expect(() => openLake(folder, { clock })).toThrow(
      /lake\.json has lake format 3; this program knows formats up to 2/,
    );
  });

  it('reads a lake of the first format, and writes its next state in the newest', async () => {
    const file = join(folder, 'lake.json');
    const first = {
      formatVersion: 1,
      generation: 4,
      origin: null,
      appended: [],
      gridAnchor: null,
      tables: {},
    };
    writeFileSync(file, JSON.stringify(first));
    const lake = openLake(folder, { clock });
    expect(lake.manifest.generation).toBe(4);
    using _ = lake.lock('test');
    await lake.commit({});
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ formatVersion: 2, generation: 5 });
  });

  it.each(['', '{', '[]', '{"formatVersion":1}'])('refuses a damaged manifest: %j', (text) => {
    writeFileSync(join(folder, 'lake.json'), text);
    expect(() => openLake(folder, { clock })).toThrow(/lake\.json is not a lake manifest/);
  });

  it('says of a folder that cannot be written why, and what to do', () => {
    writeFileSync(join(folder, 'file'), '');
    const lake = openLake(join(folder, 'file', 'lake'), { clock });
    expect(() => lake.lock('test')).toThrow(/cannot be written: a part of the path is a file/);
  });
});

it('attaches its tables to an engine, and a table that it has not stays an error', async () => {
  const engine = await openDuckDb();
  const lake = openLake(folder, { clock });
  using _ = lake.lock('test');
  await lake.commit({ tables: { errors: { write: (path) => engine.writeParquet('SELECT 7 AS n', path) } } });
  await lake.attach(engine);
  expect(await engine.query('SELECT n FROM errors')).toEqual([{ n: 7 }]);
  await expect(engine.query('SELECT * FROM telemetry')).rejects.toThrow('telemetry');
  expect(statSync(join(folder, 'errors')).isDirectory()).toBe(true);
  engine.close();
});

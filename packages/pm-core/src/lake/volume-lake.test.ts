import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLake, openVolumeLake, type TableWrite } from './index.ts';

const clock = () => new Date('2026-02-03T04:05:06Z');
let volume: string;
let localFolder: string;
beforeEach(() => {
  volume = join(mkdtempSync(join(tmpdir(), 'pm-volume-')), 'lake');
  localFolder = mkdtempSync(join(tmpdir(), 'pm-disk-'));
});
afterEach(() => {
  rmSync(join(volume, '..'), { recursive: true, force: true });
  rmSync(localFolder, { recursive: true, force: true });
});

const open = () => openVolumeLake(volume, { clock, localFolder });
const table = (text: string, whileWriting: () => void = () => {}): TableWrite => ({
  write: async (path) => {
    writeFileSync(path, text);
    whileWriting();
    return text.length;
  },
});

async function commit(tables: Record<string, TableWrite | null>): Promise<void> {
  const lake = open();
  using _ = lake.lock('test');
  await lake.commit({ tables });
}

const filesInVolume = (): string[] =>
  existsSync(volume)
    ? readdirSync(volume, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name)
        .sort()
    : [];

describe('a lake on a volume', () => {
  it('has after a commit what a lake on a disk has, and nothing else', async () => {
    await commit({ telemetry: table('one'), errors: table('x') });
    await commit({ telemetry: table('three'), errors: null });
    expect(openLake(volume, { clock }).manifest.tables).toEqual({
      telemetry: { files: ['telemetry/telemetry-000002.parquet'], rowCount: 5 },
    });
    expect(filesInVolume()).toEqual(['lake.json', 'telemetry-000002.parquet']);
    expect(readFileSync(join(volume, 'telemetry/telemetry-000002.parquet'), 'utf8')).toBe('three');
  });

  it('of the first format is read, and written in the newest', async () => {
    await commit({ telemetry: table('one') });
    const file = join(volume, 'lake.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...manifest, formatVersion: 1 }));
    await commit({ errors: table('x') });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ formatVersion: 2, generation: 2 });
  });

  it('takes whole files only: no lock, no draft and no scratch file is ever in it', async () => {
    await commit({ telemetry: table('one') });
    let seen: string[] = [];
    const lake = open();
    using _ = lake.lock('test');
    writeFileSync(join(lake.scratch(), 'spill'), 'x');
    await lake.commit({
      tables: {
        telemetry: table('two', () => {
          seen = filesInVolume();
        }),
      },
    });
    expect(seen).toEqual(['lake.json', 'telemetry-000001.parquet']);
  });

  it('gives the holder of the lock a copy on its own disk, which goes with the lock', async () => {
    await commit({ telemetry: table('one') });
    const lake = open();
    expect(lake.directory).toBe(volume);
    const lock = lake.lock('test');
    expect(readFileSync(join(lake.directory, 'telemetry/telemetry-000001.parquet'), 'utf8')).toBe('one');
    expect(lake.directory.startsWith(localFolder)).toBe(true);
    lock.release();
    expect([lake.directory, readdirSync(localFolder)]).toEqual([volume, []]);
  });

  it('removes copies of processes that are gone, and no others', async () => {
    await commit({ telemetry: table('one') });
    const { pid } = spawnSync(process.execPath, ['--version']);
    const living = `lake-${process.pid}--x`;
    for (const name of [`lake-${pid}--x`, living]) mkdirSync(join(localFolder, name), { recursive: true });
    open().lock('test').release();
    expect(readdirSync(localFolder)).toEqual([living]);
  });

  it('refuses the second of two commits that began on the same state, and keeps the first', async () => {
    await commit({ telemetry: table('one') });
    const [first, second] = [open(), open()];
    using _first = first.lock('first');
    using _second = second.lock('second');
    await first.commit({ tables: { telemetry: table('two') } });
    await expect(second.commit({ tables: { telemetry: table('three') } })).rejects.toMatchObject({
      code: 'lake-changed',
      next: expect.stringContaining('Run this again'),
    });
    expect(readFileSync(join(volume, 'telemetry/telemetry-000002.parquet'), 'utf8')).toBe('two');
  });

  it('that cannot be written to keeps the state it had', async () => {
    await commit({ telemetry: table('one') });
    writeFileSync(join(volume, 'errors'), 'a file where a folder must be');
    const before = readFileSync(join(volume, 'lake.json'), 'utf8');
    await expect(commit({ telemetry: table('two'), errors: table('x') })).rejects.toMatchObject({
      code: 'lake-not-writable',
    });
    expect(readFileSync(join(volume, 'lake.json'), 'utf8')).toBe(before);
    expect(readFileSync(join(volume, 'telemetry/telemetry-000001.parquet'), 'utf8')).toBe('one');
  });

  it('needs the lock for a commit', async () => {
    await expect(open().commit({})).rejects.toThrow('needs its lock');
  });
});

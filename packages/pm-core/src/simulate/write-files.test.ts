import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RAW_TABLES, SOURCE_FILES } from '../tables.ts';
import type { PlantedLaw } from './planted-law.ts';
import { simulateFleet } from './simulate-fleet.ts';
import { openSource } from './testing/source-views.ts';
import { writeCsvFiles } from './write-csv-files.ts';
import { writeParquetFiles } from './write-parquet-files.ts';

// 440 machines of 2,000 h are just more than one block of readings.
const fleet = simulateFleet({ machines: 440, hours: 2000, seed: 42, start: '2015-01-01T06:00:00' });
const root = mkdtempSync(join(tmpdir(), 'pm-simulate-'));
const csv = join(root, "it's", 'csv');
const parquet = join(root, 'parquet');
const fractions: number[] = [];
const filesOf = (folder: string) => readdirSync(folder).filter((name) => !name.startsWith('.'));
const digests = (folder: string) =>
  filesOf(folder).map((name) => [
    name,
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex'),
  ]);
const firstLines = (name: string) =>
  readFileSync(join(csv, name), 'utf8').slice(0, 200).split('\n').slice(0, 2);

beforeAll(async () => {
  await writeCsvFiles(fleet, csv);
  await writeParquetFiles(fleet, parquet, { onProgress: (fraction) => fractions.push(fraction) });
});
afterAll(() => rmSync(root, { recursive: true }));

describe('the written files', () => {
  it('are the five of the public schema and the planted law', () => {
    const names = RAW_TABLES.map((table) => SOURCE_FILES[table].stem);
    const sorted = (folder: string) => readdirSync(folder).sort();
    expect(sorted(csv)).toEqual([...names.map((name) => `${name}.csv`), 'planted-law.json'].sort());
    expect(sorted(parquet).filter((name) => /telemetry/.test(name))).toEqual([
      'PdM_telemetry-001.parquet',
      'PdM_telemetry-002.parquet',
    ]);
  });

  it('have the columns, their order and the forms of the public files', () => {
    expect(firstLines('PdM_machines.csv')).toEqual([
      'machineID,model,age',
      expect.stringMatching(/^1,model\d,\d+$/),
    ]);
    expect(firstLines('PdM_telemetry.csv')).toEqual([
      'datetime,machineID,volt,rotate,pressure,vibration',
      expect.stringMatching(/^2015-01-01 06:00:00,1(,\d+\.\d{1,6}){4}$/),
    ]);
    const event = /^201[45]-\d\d-\d\d \d\d:00:00,1,(error|comp)\d$/;
    for (const [name, column] of [
      ['errors', 'errorID'],
      ['maint', 'comp'],
      ['failures', 'failure'],
    ]) {
      expect(firstLines(`PdM_${name}.csv`)).toEqual([
        `datetime,machineID,${column}`,
        expect.stringMatching(event),
      ]);
    }
  });

  it('hold the same rows in the same order as CSV and as Parquet, doubles to the bit', async () => {
    const fromCsv = await openSource(csv, 'csv');
    const fromParquet = await openSource(parquet, 'parquet');
    for (const table of RAW_TABLES) {
      const digest = `SELECT count(*) AS n, bit_xor(hash) AS hash
        FROM (SELECT hash(row_number() OVER (), *COLUMNS(*)) AS hash FROM ${table})`;
      expect(await fromCsv.query(digest)).toEqual(await fromParquet.query(digest));
    }
    const [telemetry] = await fromParquet.query(
      'SELECT count(*) AS n, count(DISTINCT machine_id) AS m FROM telemetry',
    );
    expect(telemetry).toEqual({ n: 880_000, m: 440 });
    fromCsv.close();
    fromParquet.close();
  });

  it('record every planted failure, with its sign and its errors', async () => {
    const law = JSON.parse(readFileSync(join(csv, 'planted-law.json'), 'utf8')) as PlantedLaw;
    expect(law.parameters).toEqual(fleet.parameters);
    const engine = await openSource(csv, 'csv');
    const [stored] = await engine.query('SELECT count(*) AS n FROM failures');
    expect(law.failures).toHaveLength(Number(stored!.n));
    const { machineID, failedAt, component, errorsAt } = law.failures[0]!;
    const same = await engine.query(
      `SELECT machine_id, failed_at, component FROM failures WHERE machine_id = '${machineID}' AND failed_at = '${failedAt}' AND component = '${component}'`,
    );
    expect(same).toEqual([{ machine_id: String(machineID), failed_at: failedAt, component }]);
    const errors = await engine.query(
      `SELECT 1 FROM errors WHERE machine_id = '${machineID}' AND occurred_at = '${errorsAt}'`,
    );
    expect(errors).not.toEqual([]);
    engine.close();
  });
});

describe('writing', () => {
  const small = simulateFleet({ machines: 3, hours: 300, seed: 1, start: '2015-01-01T06:00:00' });

  it('gives the same bytes for the same seed, in place of an earlier simulation’s files', async () => {
    const folder = join(root, 'twice');
    const other = simulateFleet({ ...small.parameters, machines: 2, seed: 2 });
    for (const write of [writeCsvFiles, writeParquetFiles]) {
      await write(small, folder);
      const before = digests(folder);
      await writeParquetFiles(other, folder);
      expect(digests(folder)).not.toEqual(before);
      await write(small, folder);
      expect(digests(folder)).toEqual(before);
    }
  });

  it('leaves other files of the folder alone', async () => {
    const folder = join(root, 'others');
    mkdirSync(folder);
    writeFileSync(join(folder, 'notes.csv'), 'mine');
    await writeCsvFiles(small, folder);
    expect(readFileSync(join(folder, 'notes.csv'), 'utf8')).toBe('mine');
  });

  it('tells its progress up to 1', () => {
    expect(fractions).toEqual([438 / 440, 1]);
  });

  it('changes nothing in the folder when it is stopped', async () => {
    const folder = join(root, 'stopped');
    await writeCsvFiles(small, folder);
    const before = digests(folder);
    const stop = new AbortController();
    const written = writeCsvFiles(fleet, folder, {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(written).rejects.toThrow('enough');
    expect(digests(folder)).toEqual(before);
    expect(readdirSync(folder)).toEqual(filesOf(folder));
  });

  it('changes nothing in the folder when its process is killed', async () => {
    const folder = join(root, 'killed');
    await writeCsvFiles(small, folder);
    const before = digests(folder);
    const child = spawn(process.execPath, [join(import.meta.dirname, 'testing/write-on.fixture.ts'), folder]);
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(digests(folder)).toEqual(before);
    expect(readdirSync(folder).filter((name) => name.startsWith('.simulating-'))).toHaveLength(1);
  });

  it('says which folder it cannot write to', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    const written = writeCsvFiles(small, join(file, 'out'));
    await expect(written).rejects.toMatchObject({
      code: 'unwritable-folder',
      message: expect.stringContaining(file),
    });
  });
});

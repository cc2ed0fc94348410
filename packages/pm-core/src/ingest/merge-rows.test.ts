import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IngestProgress } from './index.ts';
import { type IngestBench, ingestBench, SOURCE } from './testing/ingest-bench.ts';

let bench: IngestBench;
beforeEach(async () => {
  bench = await ingestBench();
});
afterEach(() => bench.close());

const HEADER = 'datetime,machineID,volt,rotate,pressure,vibration';
/** A file of readings of machine 007 on 2015-01-01: hour and volt. */
const readings = (...rows: readonly (readonly [hour: string, volt: number])[]): string =>
  [HEADER, ...rows.map(([hour, volt]) => `2015-01-01 ${hour}:00:00,007,${volt},2,3,4`), ''].join('\n');
/** Files of telemetry in place of the bench's own. */
const deliver = async (files: Record<string, string | Buffer>, options = {}) => {
  const others = { 'PdM_telemetry.csv': null, ...files };
  return (await bench.ingest(bench.source(others), options)).tables.telemetry!;
};
const volts = async () => (await bench.rows('telemetry')).map(({ volt }) => volt);

describe('what a lake already has', () => {
  it('is known by the bytes of its file: nothing is read, nothing is written', async () => {
    await bench.ingest(bench.source());
    const before = bench.lake.manifest;
    const again = await bench.ingest(bench.source());
    expect([again.changed, bench.lake.manifest]).toEqual([false, before]);
    expect(again.tables.telemetry).toMatchObject({
      ...{ files: [], knownFiles: ['PdM_telemetry.csv'], rowsIn: 0, rowsInLake: 3 },
    });
  });

  it('is counted as unchanged where its file has grown, and the rest is new or late', async () => {
    await deliver({ 'PdM_telemetry.csv': readings(['06', 1], ['09', 1]) });
    const grown = readings(['06', 1], ['09', 1], ['07', 1], ['10', 1]);
    expect(await deliver({ 'PdM_telemetry.csv': grown })).toMatchObject({
      ...{ files: ['PdM_telemetry.csv'], rowsIn: 4, new: 2, late: 1, unchanged: 2, rowsInLake: 4 },
    });
    const events = { 'PdM_errors.csv': `${SOURCE['PdM_errors.csv']}2015-01-02 07:00:00,10,error2\n` };
    const { tables } = await bench.ingest(bench.source({ ...events, 'PdM_telemetry.csv': grown }));
    expect(tables.errors).toMatchObject({ new: 1, late: 1, unchanged: 1 });
  });

  it('is known in a file of another name, whose later growth is no correction', async () => {
    await deliver({ 'PdM_telemetry-1.csv': readings(['06', 1]) });
    await deliver({ 'PdM_telemetry-2.csv': readings(['06', 2]) });
    expect(await deliver({ 'PdM_telemetry-9.csv': readings(['06', 1]) })).toMatchObject({ files: [] });
    expect(await deliver({ 'PdM_telemetry-9.csv': readings(['06', 1], ['07', 1]) })).toMatchObject({
      ...{ new: 1, outdated: 1 },
    });
    expect(await volts()).toEqual([2, 1]);
  });

  it('has rows of machines that were not known read again once they are', async () => {
    const files = { 'PdM_telemetry.csv': `${readings(['06', 1])}2015-01-01 06:00:00,8,1,2,3,4\n` };
    expect(await deliver(files)).toMatchObject({ new: 1, rejected: 1 });
    expect(await deliver(files)).toMatchObject({ files: [], rowsInLake: 1 });
    const machines = { 'PdM_machines.csv': `${SOURCE['PdM_machines.csv']}8,model1,3\n` };
    expect(await deliver({ ...files, ...machines })).toMatchObject({ new: 1, unchanged: 1, rejected: 0 });
    expect(await bench.rows('rejected_rows')).toEqual([]);
  });

  it('is nothing of an ingest that was broken off', async () => {
    await deliver({ 'PdM_telemetry.csv': readings(['06', 1]) });
    const before = bench.lake.manifest;
    const corrected = { 'PdM_telemetry.csv': readings(['06', 2]) };
    const onProgress = ({ step }: IngestProgress) => {
      if (step === 'write') throw new Error('killed');
    };
    await expect(deliver(corrected, { onProgress })).rejects.toThrow('killed');
    expect(bench.lake.manifest).toEqual(before);
    expect(await deliver(corrected)).toMatchObject({ corrected: 1 });
  });

  it('is forgotten when the lake starts anew', async () => {
    await deliver({ 'PdM_telemetry-1.csv': readings(['06', 1]) });
    await deliver({ 'PdM_telemetry-2.csv': readings(['06', 2]) });
    expect(await deliver({ 'PdM_telemetry-1.csv': readings(['06', 1]) }, { mode: 'replace' })).toMatchObject({
      files: ['PdM_telemetry-1.csv'],
      new: 1,
    });
    expect(Object.keys(bench.lake.manifest.ingested)).not.toContain('PdM_telemetry-2');
    expect(Object.keys(bench.lake.manifest.tables)).not.toContain('replaced_telemetry');
  });
});

describe('a correction', () => {
  it('wins, is counted, and what it replaced is kept aside', async () => {
    await deliver({ 'PdM_telemetry.csv': readings(['06', 1], ['07', 1]) });
    const corrected = await deliver({ 'PdM_telemetry.csv': readings(['06', 5], ['07', 1]) });
    expect(corrected).toMatchObject({ new: 0, corrected: 1, unchanged: 1, rejected: 0, rowsInLake: 2 });
    expect(await volts()).toEqual([5, 1]);
    expect(await bench.rows('replaced_telemetry')).toEqual([
      {
        ...{ machine_id: '007', measured_at: '2015-01-01T06:00:00' },
        ...{ volt: 1, rotate: 2, pressure: 3, vibration: 4 },
        ...{ fate: 'corrected', source: 'PdM_telemetry', commit_number: 2 },
      },
    ]);
  });

  it('may empty a cell, fill one, and change what is known of a machine', async () => {
    await deliver({ 'PdM_telemetry.csv': `${HEADER}\n2015-01-01 06:00:00,007,,2,3,4\n` });
    const filled = `${HEADER}\n2015-01-01 06:00:00,007,1,,3,4\n`;
    expect(await deliver({ 'PdM_telemetry.csv': filled })).toMatchObject({ corrected: 1 });
    expect(await bench.rows('telemetry')).toMatchObject([{ volt: 1, rotate: null }]);
    const older = { 'PdM_machines.csv': 'machineID,model,age\n10,model3,19\n007,model4,7\n' };
    const { tables } = await bench.ingest(bench.source({ ...older, 'PdM_telemetry.csv': filled }));
    expect(tables.machines).toMatchObject({ corrected: 1, unchanged: 1, late: 0 });
    expect((await bench.rows('machines')).map((row) => row.age_years)).toEqual([7, 19]);
  });

  it.each([
    ['the same', readings(['06', 1]), { files: ['PdM_telemetry-3.csv'], outdated: 0 }],
    ['grown', readings(['06', 1], ['08', 1]), { new: 2, outdated: 1, corrected: 0 }],
    ['packed', gzipSync(readings(['06', 1])), { outdated: 1, corrected: 0 }],
  ])('stays when the old file is read again, %s, even beside a new one', async (_how, again, counts) => {
    await deliver({ 'PdM_telemetry-1.csv': readings(['06', 1]) });
    await deliver({ 'PdM_telemetry-2.csv': readings(['06', 2]) });
    const name = typeof again === 'string' ? 'PdM_telemetry-1.csv' : 'PdM_telemetry-1.csv.gz';
    const report = await deliver({ [name]: again, 'PdM_telemetry-3.csv': readings(['07', 1]) });
    expect(report).toMatchObject(counts);
    expect((await volts())[0]).toBe(2);
  });

  it('wins beside a grown file that repeats the old value', async () => {
    await deliver({ 'PdM_telemetry-1.csv': readings(['06', 1]) });
    const both = { 'PdM_telemetry-1.csv': readings(['06', 1], ['07', 1]) };
    const report = await deliver({ ...both, 'PdM_telemetry-2.csv': readings(['06', 2]) });
    expect(report).toMatchObject({ new: 1, unchanged: 1, corrected: 1, rejected: 0 });
    expect(await volts()).toEqual([2, 1]);
  });

  it('is turned back by the file that made it, or by a new one', async () => {
    const first = { 'PdM_telemetry-1.csv': readings(['06', 1]) };
    await deliver(first);
    await deliver({ ...first, 'PdM_telemetry-2.csv': readings(['06', 2]) });
    expect(await deliver({ 'PdM_telemetry-2.csv': readings(['06', 1], ['07', 1]) })).toMatchObject({
      corrected: 1,
    });
    await deliver({ 'PdM_telemetry-3.csv': readings(['06', 3]) });
    expect(await deliver({ 'PdM_telemetry-4.csv': readings(['06', 1], ['08', 1]) })).toMatchObject({
      corrected: 1,
    });
    expect(await volts()).toEqual([1, 1, 1]);
  });
});

describe('two files of one ingest that contradict each other', () => {
  const first = readings(['06', 1]);
  const second = readings(['06', 9]);
  const grown = (text: string) => `${text}2015-01-01 07:00:00,007,1,2,3,4\n`;

  it.each([
    ['neither', first, second],
    ['the first', grown(first), second],
    ['the second', first, grown(second)],
    ['each', grown(first), grown(second)],
  ])('leave the row of the first, also when %s has grown', async (_which, one, two) => {
    const reject = [{ source: 'PdM_telemetry-2.csv', line: 2 }];
    expect(await deliver({ 'PdM_telemetry-1.csv': first, 'PdM_telemetry-2.csv': second })).toMatchObject({
      new: 1,
      rejected: 1,
    });
    expect(await bench.rows('rejected_rows')).toMatchObject(reject);
    await deliver({ 'PdM_telemetry-1.csv': one, 'PdM_telemetry-2.csv': two });
    expect((await volts())[0]).toBe(1);
    expect(await bench.rows('rejected_rows')).toMatchObject(reject);
  });

  it('correct the lake by the first', async () => {
    await deliver({ 'PdM_telemetry-0.csv': readings(['06', 7]) });
    const report = await deliver({ 'PdM_telemetry-1.csv': first, 'PdM_telemetry-2.csv': second });
    expect(report).toMatchObject({ corrected: 1, rejected: 1 });
    expect(await volts()).toEqual([1]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RAW_TABLES, SOURCE_FILES } from '../tables.ts';
import { type IngestBench, ingestBench, SOURCE } from './testing/ingest-bench.ts';

let bench: IngestBench;
beforeEach(async () => {
  bench = await ingestBench();
});
afterEach(() => bench.close());

const TELEMETRY = SOURCE['PdM_telemetry.csv']!;
const MAINT = SOURCE['PdM_maint.csv']!;

describe('a row that is none', () => {
  // Each fault is the last line of an otherwise good file.
  it.each([
    [
      'a machine that is not known',
      'telemetry',
      '2015-01-01 09:00:00,7,1,2,3,4',
      'machineID is not in machines',
    ],
    ['no machine', 'telemetry', '2015-01-01 09:00:00,,1,2,3,4', 'machineID is empty'],
    ['no date', 'telemetry', ' ,007,1,2,3,4', 'datetime is empty'],
    [
      'a date that does not exist',
      'telemetry',
      '2015-02-29 09:00:00,007,1,2,3,4',
      'datetime is not a timestamp such as 2015-01-01 06:00:00',
    ],
    [
      'a date in another order',
      'telemetry',
      '01/02/2015 09:00,007,1,2,3,4',
      'datetime is not a timestamp such as 2015-01-01 06:00:00',
    ],
    [
      'a named time zone',
      'telemetry',
      '2015-01-01 09:00:00 Europe/Berlin,007,1,2,3,4',
      'datetime is not a timestamp such as 2015-01-01 06:00:00',
    ],
    [
      'an impossible year',
      'telemetry',
      '0015-01-01 09:00:00,007,1,2,3,4',
      'datetime is before 1970 or after 2199',
    ],
    ['text for a number', 'telemetry', '2015-01-01 09:00:00,007,n/a,2,3,4', 'volt is not a number'],
    ['zero', 'telemetry', '2015-01-01 09:00:00,007,1,0,3,4', 'rotate is not finite and above 0'],
    [
      'a negative reading',
      'telemetry',
      '2015-01-01 09:00:00,007,1,2,-3,4',
      'pressure is not finite and above 0',
    ],
    ['NaN', 'telemetry', '2015-01-01 09:00:00,007,1,2,3,NaN', 'vibration is not finite and above 0'],
    ['infinity', 'telemetry', '2015-01-01 09:00:00,007,1,2,3,1e999', 'vibration is not finite and above 0'],
    ['no reading at all', 'telemetry', '2015-01-01 09:00:00,007,,, ,', 'no sensor has a value'],
    [
      'a key that came before',
      'telemetry',
      '2015-01-01T06:00:00Z,007,1,2,3,4',
      'an earlier row of the same machineID, datetime has other values',
    ],
    ['too few cells', 'telemetry', '2015-01-01 09:00:00,007,1,2,3', '5 cells instead of 6'],
    ['too many cells', 'telemetry', '2015-01-01 09:00:00,007,1,2,3,4,5', '7 cells instead of 6'],
    [
      'a quote that never closes',
      'telemetry',
      '2015-01-01 09:00:00,"007,1,2,3,4',
      'a quoted cell does not end where it should',
    ],
    [
      'an unknown error code',
      'errors',
      '2015-01-01 09:00:00,007,error6',
      'errorID is not one of error1, error2, error3, error4, error5',
    ],
    [
      'an unknown component',
      'maint',
      '2015-01-01 09:00:00,007,comp5',
      'comp is not one of comp1, comp2, comp3, comp4',
    ],
    [
      'an unknown failed component',
      'failures',
      '2015-01-01 09:00:00,007,Comp1',
      'failure is not one of comp1, comp2, comp3, comp4',
    ],
    ['a negative age', 'machines', '11,model1,-1', 'age is not finite and at least 0'],
    ['no age', 'machines', '11,model1,', 'age is empty'],
    ['no model', 'machines', '11,,3', 'model is empty'],
    [
      'a machine described twice',
      'machines',
      '007,model4,8',
      'an earlier row of the same machineID has other values',
    ],
  ])('with %s is rejected with its file, line and raw text', async (_title, stem, line, reason) => {
    const name = `PdM_${stem}.csv`;
    const before = SOURCE[name]!;
    const table = RAW_TABLES.find((other) => SOURCE_FILES[other].stem === `PdM_${stem}`)!;
    const report = await bench.ingest(bench.source({ [name]: `${before}${line}\n` }), {
      tables: ['machines', table],
    });
    expect(await bench.rows('rejected_rows')).toEqual([
      { source: name, line: before.split('\n').length, reason, raw: line },
    ]);
    expect(report.rejects).toEqual([
      { source: name, reason, count: 1, firstLine: before.split('\n').length },
    ]);
  });

  it('that is not UTF-8 is rejected alone', async () => {
    const bytes = Buffer.concat([
      Buffer.from(MAINT),
      Buffer.from('2015-01-01 09:00:00,007,'),
      Buffer.from([0xe9, 0x0a]),
    ]);
    await bench.ingest(bench.source({ 'PdM_maint.csv': bytes }));
    expect(await bench.rows('rejected_rows')).toMatchObject([{ line: 3, reason: 'not UTF-8' }]);
    expect(await bench.rows('maintenance')).toHaveLength(1);
  });

  it('has its physical line, whatever blank lines, quoted line breaks and faulty rows stand before it', async () => {
    const text =
      'datetime,note,machineID,comp\r\n\r\n2014-06-01 06:00:00,"two\r\nlines",10,comp2\r\nshort\r\n   \r\n2014-06-02 06:00:00,x,10,comp9\r\n"2014-06-03 06:00:00",x,"10","comp3"\r\n';
    const report = await bench.ingest(bench.source({ 'PdM_maint.csv': text }));
    expect(await bench.rows('rejected_rows')).toMatchObject([
      { line: 5, reason: '1 cells instead of 4', raw: 'short' },
      { line: 7, raw: '2014-06-02 06:00:00,x,10,comp9' },
    ]);
    expect(report.tables.maintenance).toMatchObject({ rowsIn: 4, new: 2, rejected: 2 });
  });

  it('in a Parquet file has its row number', async () => {
    const folder = bench.source({ 'PdM_maint.csv': null });
    await bench.engine.writeParquet(
      `SELECT TIMESTAMP '2014-06-01 06:00:00' + INTERVAL (range) HOUR AS datetime, 10 AS "machineID",
         CASE range WHEN 3000 THEN 'comp7' WHEN 4000 THEN NULL ELSE 'comp1' END AS comp FROM range(5000)`,
      `${folder}/PdM_maint.parquet`,
    );
    await bench.ingest(folder);
    expect(await bench.rows('rejected_rows')).toEqual([
      {
        source: 'PdM_maint.parquet',
        line: 3001,
        reason: 'comp is not one of comp1, comp2, comp3, comp4',
        raw: '10,2014-10-04 06:00:00,comp7',
      },
      { source: 'PdM_maint.parquet', line: 4001, reason: 'comp is empty', raw: '10,2014-11-14 22:00:00,' },
    ]);
  });
});

describe('too many rejected rows', () => {
  const bad = `${TELEMETRY}2015-01-01 09:00:00,007,abc,2,3,4\n2015-01-01 10:00:00,007,abc,2,3,4\nshort\n`;

  it('stop the ingest with a table of reasons before anything is written', async () => {
    const source = bench.source({ 'PdM_telemetry.csv': bad });
    const config = { ingest: { maxRejectedFraction: 0.49 } };
    await expect(bench.ingest(source, { config })).rejects.toThrow(
      `Nothing was ingested: more than 49 % of the rows of a file had to be rejected.
  PdM_telemetry.csv: 3 of 6 rows
          2  volt is not a number  (PdM_telemetry.csv:5: 2015-01-01 09:00:00,007,abc,2,3,4)
          1  1 cells instead of 6  (PdM_telemetry.csv:7)`,
    );
    expect(bench.lake.manifest.tables).toEqual({});
  });

  it('are more than the limit, not as many', async () => {
    const source = bench.source({ 'PdM_telemetry.csv': bad });
    const report = await bench.ingest(source, { config: { ingest: { maxRejectedFraction: 0.5 } } });
    expect(report.tables.telemetry).toMatchObject({ new: 3, rejected: 3 });
  });
});

it('rejects of a file are those of its last reading: a mended file leaves none', async () => {
  const bad = `${MAINT}2015-01-01 09:00:00,007,comp5\n`;
  await bench.ingest(bench.source({ 'PdM_maint.csv': bad }));
  expect((await bench.ingest(bench.source({ 'PdM_maint.csv': bad }))).changed).toBe(false);
  expect(await bench.rows('rejected_rows')).toHaveLength(1);
  await bench.ingest(bench.source());
  expect(await bench.rows('rejected_rows')).toEqual([]);
});

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DICTIONARY, RAW_TABLES } from '../tables.ts';
import { type IngestBench, ingestBench, SOURCE } from './testing/ingest-bench.ts';

let bench: IngestBench;
beforeEach(async () => {
  bench = await ingestBench();
});
afterEach(() => bench.close());

const PUBLIC_FILES = join(import.meta.dirname, '../../../../../shared/data/azure-pdm');
const TELEMETRY = SOURCE['PdM_telemetry.csv']!;

describe('the lake after an ingest', () => {
  it('has the tables of the dictionary: names, order and types of their columns', async () => {
    await bench.ingest(bench.source());
    await bench.lake.attach(bench.engine);
    const sqlTypes = { string: 'VARCHAR', timestamp: 'TIMESTAMP', double: 'DOUBLE', int: 'INTEGER' };
    for (const table of [...RAW_TABLES, 'rejected_rows'] as const) {
      const described = await bench.engine.query(`DESCRIBE ${table}`);
      expect(described.map((row) => [row.column_name, row.column_type])).toEqual(
        DICTIONARY[table].columns.map(({ name, type }) => [name, sqlTypes[type]]),
      );
    }
  });

  it('keeps ids as text and sorts by key, ids naturally', async () => {
    await bench.ingest(bench.source());
    expect(await bench.rows('machines')).toEqual([
      { machine_id: '007', model: 'model4', age_years: 7 },
      { machine_id: '10', model: 'model3', age_years: 18 },
    ]);
    expect(await bench.rows('telemetry')).toMatchObject([
      { machine_id: '007', measured_at: '2015-01-01T06:00:00', volt: 176.217853015625 },
      { machine_id: '007', measured_at: '2015-01-01T07:00:00' },
      { machine_id: '10', measured_at: '2015-01-01T06:30:00' },
    ]);
  });

  it('has its grid anchored at the first telemetry hour, which earlier rows that come later do not move', async () => {
    const first = TELEMETRY.replace('2015-01-01 06:00:00,007', '2015-01-01 06:20:00,007');
    const { gridAnchor } = await bench.ingest(bench.source({ 'PdM_telemetry.csv': first }));
    expect(gridAnchor).toBe('2015-01-01T06:00:00');
    const report = await bench.ingest(
      bench.source({ 'PdM_telemetry.csv': `${first}2014-12-31 06:00:00,10,1,2,3,4\n` }),
    );
    expect(report).toMatchObject({ gridAnchor, tables: { telemetry: { new: 1, rowsInLake: 4 } } });
  });

  it('has no remains of the way there', async () => {
    await bench.ingest(bench.source({ 'PdM_telemetry.csv': `${TELEMETRY}short\n` }));
    expect(readdirSync(bench.lake.directory).sort()).toEqual(
      ['lake.json', 'rejected_rows', ...RAW_TABLES].sort(),
    );
    const left = await bench.engine.query('SELECT view_name AS name FROM duckdb_views() WHERE NOT internal');
    const tables = await bench.engine.query('SELECT table_name AS name FROM duckdb_tables()');
    expect([...left, ...tables].filter(({ name }) => /ingest_(?!rejected__)/.test(String(name)))).toEqual([]);
  });

  it.skipIf(!existsSync(PUBLIC_FILES))('has every row of the public files', async () => {
    const report = await bench.ingest(PUBLIC_FILES, { config: { ingest: { maxRejectedFraction: 0 } } });
    const counts = Object.entries(report.tables).map(([name, table]) => [
      name,
      table.rowsIn,
      table.rowsInLake,
    ]);
    expect(counts).toEqual([
      ['machines', 12, 12],
      ['telemetry', 25920, 25920],
      ['errors', 114, 114],
      ['maintenance', 129, 129],
      ['failures', 22, 22],
    ]);
    expect(await bench.rows('rejected_rows')).toEqual([]);
  });
});

describe('timestamps', () => {
  it.each([
    ['2015-01-02 03:04:05', '2015-01-02T03:04:05'],
    ['2015-01-02T03:04:05', '2015-01-02T03:04:05'],
    ['2015-01-02T03:04:05Z', '2015-01-02T03:04:05'],
    ['2015-01-02 03:04:05 UTC', '2015-01-02T03:04:05'],
    ['2015-01-02 03:04', '2015-01-02T03:04:00'],
    ['2015-01-02T03:04Z', '2015-01-02T03:04:00'],
    ['2015-01-02', '2015-01-02T00:00:00'],
    ['2015-01-02 03:04:05.25', '2015-01-02T03:04:05.25'],
    ['2015-01-02 03:04:05.123456789Z', '2015-01-02T03:04:05.123456'],
    ['2015-01-02T03:04:05+02:00', '2015-01-02T01:04:05'],
    ['2015-01-02 03:04:05-0530', '2015-01-02T08:34:05'],
    ['2015-01-02 03:04:05 +13', '2015-01-01T14:04:05'],
  ])('%s is %s', async (text, expected) => {
    await bench.ingest(bench.source({ 'PdM_maint.csv': `datetime,machineID,comp\n${text},10,comp1\n` }), {
      tables: ['machines', 'maintenance'],
    });
    expect(await bench.rows('maintenance')).toMatchObject([{ replaced_at: expected }]);
  });

  it('of Parquet columns with and without zone, as dates and as text mean the same instant', async () => {
    const folder = bench.source({ 'PdM_maint.csv': null });
    const types = [
      "TIMESTAMPTZ '2015-01-02 02:00:00+02'",
      "TIMESTAMP_NS '2015-01-02 00:00:00'",
      "DATE '2015-01-02'",
      "'2015-01-02T00:00Z'",
    ];
    for (const [i, value] of types.entries()) {
      await bench.engine.writeParquet(
        `SELECT ${value} AS datetime, '10' AS "machineID", 'comp${i + 1}' AS comp`,
        `${folder}/PdM_maint-${i}.parquet`,
      );
    }
    await bench.ingest(folder);
    expect((await bench.rows('maintenance')).map((row) => row.replaced_at)).toEqual(
      Array(4).fill('2015-01-02T00:00:00'),
    );
  });
});

describe('files of another make', () => {
  const plain = async () => {
    const rows = await Promise.all(RAW_TABLES.map((table) => bench.rows(table)));
    return JSON.stringify(rows);
  };
  const each = (change: (text: string) => string | Buffer) =>
    Object.fromEntries(Object.entries(SOURCE).map(([name, text]) => [name, change(text)]));
  const gone = Object.fromEntries(Object.keys(SOURCE).map((name) => [name, null]));
  const requoted = (text: string) => text.replaceAll(/[^,\n]+/g, '"$&"');

  it.each<[string, () => Record<string, string | Buffer | null>]>([
    ['a byte order mark', () => each((text) => `\uFEFF${text}`)],
    ['CRLF', () => each((text) => text.replaceAll('\n', '\r\n'))],
    ['CRLF and LF mixed', () => each((text) => text.replace('\n', '\r\n'))],
    ['no line end at the end', () => each((text) => text.trimEnd())],
    ['blank lines', () => each((text) => `${text.replaceAll('\n', '\n\n')}   \n\n`)],
    ['quotes everywhere', () => each(requoted)],
    ['semicolons', () => each((text) => text.replaceAll(',', ';'))],
    ['tabs', () => each((text) => text.replaceAll(',', '\t'))],
    ['spaces around cells', () => each((text) => text.replaceAll(',', ' , '))],
    ['a delimiter at the end of each row', () => each((text) => text.replaceAll(/(?<=\d)\n/g, ',\n'))],
    [
      'columns in another order, and more of them',
      () => each((text) => text.replaceAll(/^(.*?),(.*)$/gm, '$2,extra,$1,extra')),
    ],
    [
      'gzip',
      () => ({
        ...gone,
        ...Object.fromEntries(
          Object.entries(each((text) => gzipSync(text))).map(([name, bytes]) => [`${name}.gz`, bytes]),
        ),
      }),
    ],
    [
      'parts',
      () => ({
        'PdM_telemetry.csv': null,
        'PdM_telemetry-2.csv': TELEMETRY.split('\n').slice(0, 2).join('\n'),
        'PdM_telemetry_10.csv.gz': gzipSync(
          `${TELEMETRY.split('\n')[0]}\n${TELEMETRY.split('\n').slice(2).join('\n')}`,
        ),
      }),
    ],
  ])('with %s give the same rows', async (_title, files) => {
    await bench.ingest(bench.source());
    const expected = await plain();
    const report = await bench.ingest(bench.source(files(), 'other'), {
      mode: 'replace',
      config: { ingest: { maxRejectedFraction: 0 } },
    });
    expect(await plain()).toBe(expected);
    expect(report.tables.telemetry).toMatchObject({ rowsIn: 3, new: 3, rejected: 0 });
  });

  it('say what is unusual in the report', async () => {
    const { notes } = await bench.ingest(
      bench.source({ 'PdM_maint.csv': 'site;datetime;machineID;comp\nA;2014-06-01 06:00:00;10;comp2\n' }),
    );
    expect(notes).toEqual([
      'PdM_maint.csv: cells are separated by ";"',
      'PdM_maint.csv: ignored the columns site',
    ]);
  });

  it('as Parquet give the same rows, numbers as any number type', async () => {
    await bench.ingest(bench.source());
    const expected = await plain();
    const folder = bench.source({ ...gone }, 'parquet');
    for (const [name, text] of Object.entries(SOURCE)) {
      const path = join(bench.source({ [name]: text }, 'one'), name);
      await bench.engine.writeParquet(
        `SELECT * FROM read_csv('${path}', types = {'machineID': 'VARCHAR'})`,
        join(folder, name.replace('.csv', '.parquet')),
      );
    }
    await bench.ingest(folder, { mode: 'replace' });
    expect(await plain()).toBe(expected);
  });

  it('may have no rows where nothing happened', async () => {
    const report = await bench.ingest(
      bench.source({
        'PdM_failures.csv': 'datetime,machineID,failure',
        'PdM_errors.csv': 'datetime,machineID,errorID\n',
      }),
    );
    expect(report.tables).toMatchObject({ failures: { rowsInLake: 0 }, errors: { rowsInLake: 0 } });
    expect(await bench.rows('failures')).toEqual([]);
  });

  it('may leave sensor cells empty: the reading is null', async () => {
    await bench.ingest(
      bench.source({ 'PdM_telemetry.csv': `${TELEMETRY}2015-01-01 08:00:00,007,,"", ,4\n` }),
    );
    expect((await bench.rows('telemetry'))[2]).toMatchObject({
      volt: null,
      rotate: null,
      pressure: null,
      vibration: 4,
    });
    expect(await bench.rows('rejected_rows')).toEqual([]);
  });
});

describe('the same key again', () => {
  it('with the same values is counted, however the numbers are written', async () => {
    const report = await bench.ingest(
      bench.source({ 'PdM_telemetry.csv': `${TELEMETRY}${TELEMETRY.split('\n')[1]}00\n` }),
    );
    expect(report.tables.telemetry).toMatchObject({ rowsIn: 4, new: 3, rejected: 0, unchanged: 1 });
  });

  it('in a later part is judged against the first part', async () => {
    const [header, first] = TELEMETRY.split('\n');
    const report = await bench.ingest(
      bench.source({
        'PdM_telemetry_2.csv': `${header}\n${first}\n2015-01-01 07:00:00,007,1,2,3,4\n2015-01-01 08:00:00,007,1,2,3,4\n`,
      }),
    );
    expect(report.tables.telemetry).toMatchObject({ rowsIn: 6, new: 4, rejected: 1, unchanged: 1 });
    expect(await bench.rows('rejected_rows')).toMatchObject([{ source: 'PdM_telemetry_2.csv', line: 3 }]);
  });
});

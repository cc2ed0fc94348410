import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDuckDb } from '../engine/index.ts';
import type { Table } from '../tables.ts';
import { exportTable } from './index.ts';

const column = (name: string, type: Table['columns'][number]['type']) => ({
  name,
  type,
  nullable: true,
  meaning: '',
});
const TABLE: Table = {
  name: 'sample',
  key: ['machine_id', 'window_end'],
  columns: [
    column('machine_id', 'string'),
    column('window_end', 'timestamp'),
    column('x', 'double'),
    column('label', 'int'),
  ],
};

/** A stream that remembers what it was given, slowly. */
function collector() {
  const pieces: Buffer[] = [];
  const stream = new Writable({
    highWaterMark: 16,
    write(piece, _encoding, done) {
      pieces.push(piece);
      setImmediate(done);
    },
  });
  return { stream, text: () => Buffer.concat(pieces).toString() };
}

describe('an exported table', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pm-export-'));
  let engine: Awaited<ReturnType<typeof openDuckDb>>;
  beforeAll(async () => {
    engine = await openDuckDb({ threads: 2 });
  });
  afterAll(() => {
    engine.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    await engine.defineQuery(
      'sample',
      `SELECT 0 AS extra, * FROM (VALUES
        (1, 'M10', TIMESTAMP '2015-01-01 06:00:00', 176.217853015625::DOUBLE),
        (NULL, 'M2', TIMESTAMP '2015-01-02 06:00:00.25', NULL),
        (0, 'M2', TIMESTAMP '2015-01-01 06:00:00', 1e21),
        (3, 'a,"b"', TIMESTAMP '2015-01-01 06:00:00', 18.0)) t(label, machine_id, window_end, x)`,
      { materialized: true },
    );
  });

  const CSV = `machine_id,window_end,x,label
M2,2015-01-01T06:00:00,1e+21,0
M2,2015-01-02T06:00:00.25,,
M10,2015-01-01T06:00:00,176.217853015625,1
"a,""b""",2015-01-01T06:00:00,18,3
`;

  it('is CSV with the columns of the table alone, in the order of its key, null as an empty cell', async () => {
    const { stream, text } = collector();
    await exportTable(engine, TABLE, 'csv', stream);
    expect(text()).toBe(CSV);
    expect(stream.writableEnded).toBe(false);
  });

  it('is JSON that parses to the same rows, with null', async () => {
    const { stream, text } = collector();
    await exportTable(engine, TABLE, 'json', stream);
    const rows = JSON.parse(text());
    expect(rows).toHaveLength(4);
    expect(rows[1]).toEqual({ machine_id: 'M2', window_end: '2015-01-02T06:00:00.25', x: null, label: null });
    expect(Object.keys(rows[0])).toEqual(['machine_id', 'window_end', 'x', 'label']);
  });

  it('is Parquet with the same rows in the same order', async () => {
    const path = join(folder, 'table.parquet');
    await exportTable(engine, TABLE, 'parquet', path);
    const rows = await engine.query(`SELECT * FROM '${path}'`);
    expect(rows.map((row) => [row.machine_id, row.x])).toEqual([
      ['M2', 1e21],
      ['M2', null],
      ['M10', 176.217853015625],
      ['a,"b"', 18],
    ]);
    const { stream, text } = collector();
    await exportTable(engine, TABLE, 'parquet', stream);
    expect(text().slice(0, 4)).toBe('PAR1');
  });

  it('replaces a file once it is whole, and leaves no draft', async () => {
    const path = join(folder, 'table.csv');
    await exportTable(engine, TABLE, 'csv', path);
    expect(readFileSync(path, 'utf8')).toBe(CSV);
    await expect(exportTable(engine, { ...TABLE, name: 'absent' }, 'csv', path)).rejects.toThrow('absent');
    expect(readFileSync(path, 'utf8')).toBe(CSV);
    expect(readdirSync(folder).filter((name) => name.includes('draft'))).toEqual([]);
  });

  it('says which path cannot be written', async () => {
    const path = join(folder, 'no', 'such', 'folder.csv');
    await expect(exportTable(engine, TABLE, 'csv', path)).rejects.toThrow(`${path} cannot be written`);
  });

  it.each([
    ['csv', 'machine_id,window_end,x,label\n'],
    ['json', '[]\n'],
  ] as const)('without rows is %s of a header', async (format, expected) => {
    await engine.defineQuery(
      'nothing',
      "SELECT '' AS machine_id, TIMESTAMP '2015-01-01' AS window_end, 0.0 AS x, 0 AS label WHERE false",
    );
    const { stream, text } = collector();
    await exportTable(engine, { ...TABLE, name: 'nothing' }, format, stream);
    expect(text()).toBe(expected);
  });

  it('keeps every double to its last bit over many batches', async () => {
    await engine.defineQuery(
      'many',
      `SELECT 'm' || (range % 3) AS machine_id, make_timestamp(range * 1000000) AS window_end,
         CASE WHEN range % 7 > 0 THEN pow(-1, range) * exp((range % 1400 - 700)::DOUBLE) * sqrt(range) END AS x, 1 AS label FROM range(10000)`,
      { materialized: true },
    );
    const { stream, text } = collector();
    await exportTable(engine, { ...TABLE, name: 'many' }, 'csv', stream);
    const read = text()
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[2]);
    const { columns } = await engine.columns('SELECT x FROM many ORDER BY machine_id, window_end', {
      x: 'float64',
    });
    expect(read).toEqual([...columns.x].map((x) => (Number.isNaN(x) ? '' : String(x))));
  });
});

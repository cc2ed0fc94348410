import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckDb } from './duckdb-engine.ts';

describe('the DuckDB engine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pm-engine-'));
  let engine: Awaited<ReturnType<typeof openDuckDb>>;
  beforeAll(async () => {
    engine = await openDuckDb({ threads: 2 });
  });
  afterAll(() => {
    engine.close();
    rmSync(folder, { recursive: true });
  });

  it('writes a select as Parquet and reads it back in the same order, nulls included', async () => {
    const file = join(folder, "it's.parquet");
    const rows = await engine.writeParquet(
      `SELECT 'm' || (3000 - range) AS id, TIMESTAMP '2015-01-01 06:00:00' + INTERVAL (range) HOUR AS at,
              CASE WHEN range % 2 = 0 THEN range / 3 END AS x, range::INT AS n FROM range(3000)`,
      file,
    );
    await engine.defineView('t', [file]);
    const read = await engine.columns('SELECT * FROM t', {
      id: 'string',
      at: 'timestamp',
      x: 'float32',
      n: 'int32',
    });
    expect([rows, read.rowCount]).toEqual([3000, 3000]);
    expect(read.columns.id[2999]).toBe('m1');
    expect(read.columns.at[1]).toBe(Date.UTC(2015, 0, 1, 7));
    expect([read.columns.x[1], read.columns.x[2]]).toEqual([Number.NaN, Math.fround(2 / 3)]);
    expect(read.columns.x.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('takes columns from memory as a table, NaN being null', async () => {
    const n = 5000;
    await engine.defineColumns('memory', [
      { name: 'id', type: 'string', values: Array.from({ length: n }, (_, i) => `m${i}`) },
      {
        name: 'at',
        type: 'timestamp',
        values: Float64Array.from({ length: n }, (_, i) => Date.UTC(2015, 0, 1) + 1000 * i),
      },
      {
        name: 'x',
        type: 'double',
        values: Float32Array.from({ length: n }, (_, i) => (i === 4999 ? Number.NaN : i / 7)),
      },
      { name: 'n', type: 'int', values: Int32Array.from({ length: n }, (_, i) => i) },
    ]);
    const rows = await engine.query('SELECT * FROM memory WHERE n IN (1, 4999)');
    expect(rows).toEqual([
      { id: 'm1', at: '2015-01-01T00:00:01', x: Math.fround(1 / 7), n: 1 },
      { id: 'm4999', at: '2015-01-01T01:23:19', x: null, n: 4999 },
    ]);
  });

  it('returns timestamps as ISO text and counts as numbers in a small query', async () => {
    const rows = await engine.query(
      "SELECT TIMESTAMP '2015-01-01 06:00:00' AS at, count(*) AS n, NULL AS z FROM range(5)",
    );
    expect(rows).toEqual([{ at: '2015-01-01T06:00:00', n: 5, z: null }]);
  });
});

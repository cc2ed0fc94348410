import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckDb, type TableEngine } from '../engine/index.ts';
import {
  binsOver,
  correlate,
  countByBin,
  countOverTime,
  meansByGroup,
  separabilityOf,
  summarizeColumns,
  timeStepOf,
} from './index.ts';

describe('summaries of a table', () => {
  let engine: TableEngine;
  beforeAll(async () => {
    engine = await openDuckDb({ threads: 1 });
    // value: 0 … 99 and a null; the last ten are of group b, lifted by 100.
    await engine.defineQuery(
      't',
      `SELECT i AS id, CASE WHEN i < 100 THEN i + CASE WHEN i >= 90 THEN 100 ELSE 0 END END::DOUBLE AS value,
         -3.0 * i AS opposite, 5.0 AS constant, CASE WHEN i >= 90 THEN 'b' ELSE 'a' END AS kind,
         TIMESTAMP '2015-01-01' + INTERVAL (i) DAY AS at
       FROM range(101) r(i)`,
    );
  });
  afterAll(() => engine.close());

  it('say where values lie, groups apart, nulls counted and left out', async () => {
    const [a, b] = await summarizeColumns(engine, 't', ['value'], 'kind');
    expect(a).toMatchObject({
      name: 'value',
      group: 'a',
      rows: 90,
      nulls: 0,
      mean: 44.5,
      q50: 44.5,
      min: 0,
      max: 89,
    });
    expect(b).toMatchObject({
      group: 'b',
      rows: 11,
      nulls: 1,
      mean: 194.5,
      q05: expect.closeTo(190.45),
      max: 199,
    });
    const [nothing] = await summarizeColumns(engine, 't', ['constant'], "'all'");
    expect(nothing).toMatchObject({ std: 0, q05: 5, q95: 5 });
  });

  it('give the same means in one pass', async () => {
    const columns = ['value', 'constant'];
    const means = await meansByGroup(engine, 't', columns, 'kind');
    const full = await summarizeColumns(engine, 't', columns, 'kind');
    expect(means).toEqual(
      full.map(({ name, group, rows, nulls, mean, std, min, max }) => ({
        name,
        group,
        rows,
        nulls,
        mean,
        std,
        min,
        max,
      })),
    );
  });

  it('count values by bin, those beyond the bins in the outermost', async () => {
    const bins = { from: 10, to: 100, count: 9 };
    const { groups, binWidth } = await countByBin(
      engine,
      { table: 't', column: 'value', group: 'kind' },
      bins,
    );
    expect(binWidth).toBe(10);
    expect(groups).toEqual([
      { name: 'a', counts: [20, 10, 10, 10, 10, 10, 10, 10, 0] },
      { name: 'b', counts: [0, 0, 0, 0, 0, 0, 0, 0, 10] },
    ]);
  });

  it('choose bins over the bulk, and one for a column of one value or none', () => {
    expect(binsOver({ mean: 0, std: 1, min: -100, max: 2 }, 30)).toEqual({ from: -4, to: 2, count: 30 });
    expect(binsOver({ mean: 5, std: 0, min: 5, max: 5 }, 30)).toEqual({ from: 4.5, to: 5.5, count: 1 });
    expect(binsOver({ mean: null, std: null, min: null, max: null }, 30).count).toBe(1);
  });

  it('correlate columns, without a figure for one that does not vary', async () => {
    const columns = ['id', 'opposite', 'constant'];
    const found = await correlate(engine, { table: 't', columns, key: ['id'], rows: 1000 });
    expect(found.rows).toBe(101);
    expect(found.r.map((row) => row.map((r) => r && Math.round(r * 1e9) / 1e9))).toEqual([
      [1, -1, null],
      [-1, 1, null],
      [null, null, 1],
    ]);
    const few = await correlate(engine, { table: 't', columns, key: ['id'], rows: 50 });
    expect(few.rows).toBeLessThan(80);
    expect(few.rows).toBeGreaterThan(10);
  });

  it('rank columns by how far apart they hold the groups', async () => {
    const ranked = separabilityOf(await summarizeColumns(engine, 't', ['constant', 'value'], 'kind'), 'a');
    expect(ranked.map(({ name }) => name)).toEqual(['value', 'constant']);
    // Pooled by hand: sd of 0 … 89 is 26.1247, of 190 … 199 is 3.0277; (89 · 26.1247² + 10 · 3.0277²) / 99.
    expect(ranked[0]!.distance.b).toBeCloseTo(150 / 24.907, 2);
    expect(ranked[1]).toMatchObject({ distance: { b: null }, greatest: 0 });
  });

  it('count rows over time', async () => {
    const found = await countOverTime(engine, { table: 't', time: 'at', group: 'kind' }, 'month');
    expect(found).toEqual([
      { start: '2015-01-01T00:00:00', group: 'a', rows: 31 },
      { start: '2015-02-01T00:00:00', group: 'a', rows: 28 },
      { start: '2015-03-01T00:00:00', group: 'a', rows: 31 },
      { start: '2015-04-01T00:00:00', group: 'b', rows: 11 },
    ]);
    expect([20, 365, 900].map(timeStepOf)).toEqual(['day', 'week', 'month']);
  });
});

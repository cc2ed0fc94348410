import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binFeatures } from './bin-features.ts';
import { BOUNDS_ROWS } from './binning.ts';
import { matrixOf } from './testing/matrix.ts';
import { openWorkerPool } from './worker-pool.ts';

const anyColumn = fc.array(fc.oneof(fc.float({ noDefaultInfinity: true }), fc.constantFrom(0, -0, 1)), {
  minLength: 1,
  maxLength: 100,
});

describe('binning features', () => {
  it('gives a value a code at or below c exactly where it is at or below bound c, and a null the code 0', async () => {
    await fc.assert(
      fc.asyncProperty(anyColumn, fc.integer({ min: 2, max: 255 }), async (values, bins) => {
        const { codes, bounds } = await binFeatures(matrixOf([values]), { bins });
        values.map(Math.fround).forEach((value, row) => {
          if (Number.isNaN(value)) expect(codes[row]).toBe(0);
          else
            bounds[0].forEach((bound, i) => {
              expect(codes[row] <= i + 1).toBe(value <= bound);
            });
        });
      }),
    );
  });

  it('holds the codes by columns', async () => {
    const matrix = matrixOf([
      [3, 1, 2, Number.NaN],
      [5, 5, 5, 5],
      [Number.NaN, 0, 1, 0],
    ]);
    const { codes } = await binFeatures(matrix, { bins: 8 });
    expect([...codes]).toEqual([3, 1, 2, 0, 1, 1, 1, 1, 0, 1, 2, 1]);
  });

  it('looks at the chosen rows only', async () => {
    const matrix = matrixOf([[0, 100, 1, Number.POSITIVE_INFINITY, 2]]);
    const { codes, bounds } = await binFeatures(matrix, { bins: 8, rows: Int32Array.of(4, 0, 2) });
    expect([...codes]).toEqual([3, 1, 2]);
    expect([...bounds[0]].slice(0, 2)).toEqual([0.5, 1.5]);
  });

  it('finds about equal bins of more rows than it sorts', async () => {
    const values = Float32Array.from({ length: 2 * BOUNDS_ROWS }, (_, i) => (i * 7919) % 10_007);
    const { codes } = await binFeatures(matrixOf([values]), { bins: 10 });
    const sizes = new Array<number>(11).fill(0);
    for (const code of codes) sizes[code]++;
    for (const size of sizes.slice(1)) expect(Math.abs(size / values.length - 0.1)).toBeLessThan(0.01);
  });

  it('is the same on worker threads', async () => {
    const matrix = matrixOf([Float32Array.from({ length: 20_000 }, (_, i) => Math.sin(i))]);
    const pool = openWorkerPool({ workers: 2 });
    try {
      expect(await binFeatures(matrix, { bins: 64, pool })).toEqual(await binFeatures(matrix, { bins: 64 }));
    } finally {
      await pool.close();
    }
  });

  it('refuses infinite values, naming feature and row', async () => {
    const matrix = matrixOf([
      [1, 2],
      [1, Number.NEGATIVE_INFINITY],
    ]);
    await expect(binFeatures(matrix, { bins: 8 })).rejects.toMatchObject({
      code: 'infinite-feature',
      message: 'Feature f1 is infinite in row 1.',
    });
  });
});

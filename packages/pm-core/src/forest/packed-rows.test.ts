import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binFeatures } from './bin-features.ts';
import { allocateRows, drawRows, packClasses, partitionRows } from './packed-rows.ts';
import { matrixOf } from './testing/matrix.ts';
import { naiveSample } from './testing/naive-tree.ts';

async function drawnRows(rowCount: number, wanted: number, seed: number, classCount = 5) {
  const binned = await binFeatures(
    matrixOf([Float32Array.from({ length: rowCount }, (_, i) => (i % 9 === 0 ? Number.NaN : i % 7))]),
    {
      bins: 64,
    },
  );
  const labels = Uint8Array.from({ length: rowCount }, (_, row) => row % classCount);
  const rows = allocateRows(binned, classCount);
  drawRows(rows.packed, { rowCount, wanted }, seed);
  packClasses(rows, labels, wanted);
  return { rows, labels, binned };
}

describe('drawing rows', () => {
  it('draws exactly as many as wanted, those of the naive draw, in order and with their classes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        async (rowCount, share, seed) => {
          const wanted = Math.max(1, Math.round(share * rowCount));
          const { rows, labels } = await drawnRows(rowCount, wanted, seed);
          const drawn = rows.packed.subarray(0, wanted);
          expect(drawn.map((row) => row >>> rows.classBits)).toEqual(naiveSample(rowCount, wanted, seed));
          for (const row of drawn) expect(row & 7).toBe(labels[row >>> rows.classBits]);
        },
      ),
    );
  });

  it('draws each row as often as any other', async () => {
    const times = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 4000; seed++) {
      for (const row of naiveSample(10, 4, seed)) times[row]++;
    }
    // 1,600 expected, standard deviation 31.
    for (const count of times) expect(Math.abs(count - 1600)).toBeLessThan(155);
  });
});

describe('partitioning rows', () => {
  it('puts the left rows before the right ones, each in their order, and touches no other row', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        fc.nat(200),
        fc.nat(200),
        async (code, nullGoesLeft, a, b) => {
          const { rows, binned } = await drawnRows(200, 200, 0);
          const [start, end] = [Math.min(a, b), Math.max(a, b)];
          const before = rows.packed.slice();
          const middle = partitionRows(rows, start, end, { feature: 0, code, nullGoesLeft, gain: 0 });
          const goesLeft = (row: number) => {
            const own = binned.codes[row >>> rows.classBits];
            return own === 0 ? nullGoesLeft : own <= code;
          };
          const inside = [...before.subarray(start, end)];
          expect([...rows.packed.subarray(start, middle)]).toEqual(inside.filter(goesLeft));
          expect([...rows.packed.subarray(middle, end)]).toEqual(inside.filter((row) => !goesLeft(row)));
          expect(rows.packed.subarray(0, start)).toEqual(before.subarray(0, start));
          expect(rows.packed.subarray(end)).toEqual(before.subarray(end));
        },
      ),
    );
  });
});

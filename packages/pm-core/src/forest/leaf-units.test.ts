import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leafUnits, unitsPerLeafFor } from './leaf-units.ts';

const anyCounts = fc
  .array(fc.oneof(fc.constant(0), fc.nat(20), fc.nat(2 ** 26)), { minLength: 2, maxLength: 12 })
  .filter((counts) => counts.some((count) => count > 0));

describe('leaf units', () => {
  it('sum to exactly the units of a leaf, each less than one unit from the exact share', () => {
    fc.assert(
      fc.property(anyCounts, fc.integer({ min: 1, max: 2000 }), (counts, treeCount) => {
        const units = unitsPerLeafFor(treeCount);
        const shares = leafUnits(Int32Array.from(counts), units);
        const rows = counts.reduce((sum, count) => sum + count, 0);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(units);
        shares.forEach((share, c) => {
          expect(Math.abs(share - (counts[c] * units) / rows)).toBeLessThan(1);
        });
      }),
    );
  });

  it('go to the largest remainders, the lower class first', () => {
    expect([...leafUnits(Int32Array.of(1, 1, 1), 16)]).toEqual([6, 5, 5]);
    expect([...leafUnits(Int32Array.of(5, 2, 3), 8)]).toEqual([4, 2, 2]);
    expect([...leafUnits(Int32Array.of(0, 7), 16)]).toEqual([0, 16]);
  });

  it('never pass 2^24 over all trees, nor 2^20 in one leaf', () => {
    for (let treeCount = 1; treeCount <= 2000; treeCount++) {
      const units = unitsPerLeafFor(treeCount);
      expect(units * treeCount).toBeLessThanOrEqual(2 ** 24);
      expect(units === 2 ** 20 || 2 * units * treeCount > 2 ** 24).toBe(true);
    }
  });
});

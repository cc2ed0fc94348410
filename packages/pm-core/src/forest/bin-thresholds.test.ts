import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findBinThresholds, MAX_FLOAT32, roundDownToFloat32 } from './bin-thresholds.ts';

const anyValues = fc.array(
  fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: -20, max: 20 })),
  { minLength: 0, maxLength: 300 },
);
const sortedOf = (values: readonly number[]) => Float32Array.from(values).sort();
const distinctOf = (values: Float32Array) => [...new Set([...values].map((value) => value + 0))];

describe('thresholds of bins', () => {
  it('ascend, end at the greatest float32 and are no more than the bins', () => {
    fc.assert(
      fc.property(anyValues, fc.integer({ min: 2, max: 255 }), (values, bins) => {
        const bounds = findBinThresholds(sortedOf(values), bins);
        expect(bounds.length).toBeLessThanOrEqual(bins);
        expect(bounds.at(-1)).toBe(MAX_FLOAT32);
        for (let i = 1; i < bounds.length; i++) expect(bounds[i]).toBeGreaterThan(bounds[i - 1]);
      }),
    );
  });

  it('separate strictly: each lies at or above a value and below the next greater one', () => {
    fc.assert(
      fc.property(anyValues, fc.integer({ min: 2, max: 255 }), (values, bins) => {
        const sorted = sortedOf(values);
        for (const bound of findBinThresholds(sorted, bins).slice(0, -1)) {
          const below = sorted.findLast((value) => value <= bound) as number;
          const above = sorted.find((value) => value > bound) as number;
          expect(bound).toBe(roundDownToFloat32((below + above) / 2));
        }
      }),
    );
  });

  it('give each of few distinct values a bin of its own', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        const sorted = sortedOf(values);
        const distinct = distinctOf(sorted);
        fc.pre(distinct.length >= 2 && distinct.length <= 255);
        expect(findBinThresholds(sorted, distinct.length)).toHaveLength(distinct.length);
      }),
    );
  });

  it('share many values out evenly', () => {
    const sorted = Float32Array.from({ length: 6400 }, (_, i) => i * i);
    const bounds = findBinThresholds(sorted, 64);
    const sizes = [...bounds].map(
      (bound, i) => sorted.filter((value) => value <= bound && value > (bounds[i - 1] ?? -1)).length,
    );
    expect(sizes).toEqual(new Array(64).fill(100));
  });

  it('leave the rest its bins where one value takes most of the rows', () => {
    const sorted = Float32Array.from({ length: 1000 }, (_, i) => (i < 900 ? 0 : i));
    expect(findBinThresholds(sorted, 11)).toHaveLength(11);
  });

  it('are one bin for a constant and for no value at all', () => {
    expect([...findBinThresholds(Float32Array.of(3, 3, 3), 64)]).toEqual([MAX_FLOAT32]);
    expect([...findBinThresholds(new Float32Array(0), 64)]).toEqual([MAX_FLOAT32]);
  });

  it('stand at the lower of two neighbouring floats', () => {
    const next = Float32Array.of(Math.fround(1 + 2 ** -23))[0];
    expect(findBinThresholds(Float32Array.of(1, next), 2)[0]).toBe(1);
    expect(findBinThresholds(Float32Array.of(-next, -1), 2)[0]).toBe(-next);
    expect(findBinThresholds(Float32Array.of(-(2 ** -149), 0), 2)[0]).toBe(-(2 ** -149));
    expect(findBinThresholds(Float32Array.of(0, 2 ** -149), 2)[0]).toBe(0);
  });
});

describe('rounding down to float32', () => {
  it('gives the greatest float32 that is not above', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -3e38, max: 3e38 }), (value) => {
        const rounded = roundDownToFloat32(value);
        expect(rounded).toBe(Math.fround(rounded));
        expect(rounded).toBeLessThanOrEqual(value);
        const nearest = Math.fround(value);
        if (nearest <= value) expect(rounded).toBe(nearest);
        else
          expect(Math.abs(nearest - rounded)).toBeLessThanOrEqual(
            Math.max(Math.abs(nearest) * 2 ** -23, 2 ** -149),
          );
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinEqualPlaces, poolAdjacentViolators } from './pool-adjacent-violators.ts';

const points = (values: readonly number[]) =>
  values.map((value, place) => ({ weight: 1, from: place, to: place, value }));

/** The max-min formula: each value is the greatest, over starts, of the least, over ends, mean of a run that holds it. */
function slowIsotonic(values: readonly number[]): number[] {
  const mean = (from: number, to: number) =>
    values.slice(from, to).reduce((sum, value) => sum + value, 0) / (to - from);
  return values.map((_, at) =>
    Math.max(
      ...values
        .slice(0, at + 1)
        .map((_, from) => Math.min(...values.slice(at).map((_, beyond) => mean(from, at + beyond + 1)))),
    ),
  );
}

describe('poolAdjacentViolators', () => {
  it('pools what falls and leaves what rises', () => {
    expect(poolAdjacentViolators(points([1, 3, 2, 4, 4, 0]))).toEqual([
      { weight: 1, from: 0, to: 0, value: 1 },
      { weight: 2, from: 1, to: 2, value: 5 / 2 },
      { weight: 3, from: 3, to: 5, value: 8 / 3 },
    ]);
  });

  it('gives the values of the max-min formula', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 12 }), (values) => {
        const fitted = poolAdjacentViolators(points(values)).flatMap(({ weight, value }) =>
          Array.from({ length: weight }, () => value),
        );
        slowIsotonic(values).forEach((value, at) => {
          expect(fitted[at]).toBeCloseTo(value, 10);
        });
      }),
    );
  });
});

describe('joinEqualPlaces', () => {
  it('sorts by place and makes one point of those that share it', () => {
    expect(joinEqualPlaces(Float64Array.of(2, 1, 2, 2), [1, 0, 0, 1])).toEqual([
      { weight: 1, from: 1, to: 1, value: 0 },
      { weight: 3, from: 2, to: 2, value: 2 / 3 },
    ]);
  });
});

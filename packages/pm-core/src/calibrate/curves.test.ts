import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { type Curve, sigmoid } from './curve.ts';
import { isotonicCurve } from './isotonic-curve.ts';
import { plattCurve } from './platt-curve.ts';

/** Rows that fail with a probability of their own; the scores say it too boldly: twice the log odds, and one too many. */
function boldRows(rowCount: number) {
  const random = seededRandom(5);
  const logOdds = Float64Array.from({ length: rowCount }, () => random() * 8 - 4);
  const isPositive = Uint8Array.from(logOdds, (z) => (random() < sigmoid(z / 2 - 1) ? 1 : 0));
  return { logOdds, isPositive };
}

describe.each<[string, (z: Float64Array, y: Uint8Array) => Curve, number]>([
  ['isotonicCurve', isotonicCurve, 0.04],
  ['plattCurve', plattCurve, 0.015],
])('%s', (_, fit, tolerance) => {
  it('finds the planted law behind scores that say too much', () => {
    const { logOdds, isPositive } = boldRows(20_000);
    const curve = fit(logOdds, isPositive);
    for (const z of [-3, -1, 0, 1, 3])
      expect(Math.abs(curve(z) - sigmoid(z / 2 - 1))).toBeLessThan(tolerance);
  });

  it('never falls and never says 0 or 1', () => {
    const { logOdds, isPositive } = boldRows(50);
    const curve = fit(logOdds, isPositive);
    const values = Array.from({ length: 201 }, (_, i) => curve(i / 10 - 10));
    values.forEach((value, i) => {
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThan(1);
      if (i > 0) expect(value).toBeGreaterThanOrEqual(values[i - 1]);
    });
  });

  it('says the base rate where scores rank the wrong way round', () => {
    const curve = fit(Float64Array.of(-2, -1, 1, 2), Uint8Array.of(1, 1, 0, 0));
    expect(curve(-2)).toBeCloseTo(0.5, 6);
    expect(curve(2)).toBeCloseTo(0.5, 6);
  });
});

describe('plattCurve', () => {
  it('has the closed-form answer where there are two scores', () => {
    const curve = plattCurve(Float64Array.of(0, 0, 0, 0, 1, 1, 1, 1), Uint8Array.of(0, 0, 0, 1, 0, 1, 1, 1));
    // Targets are 5/6 and 1/6: of the four rows at 0 one is positive, of those at 1 three are.
    expect(curve(0)).toBeCloseTo((3 / 6 + 5 / 6) / 4, 8);
    expect(curve(1)).toBeCloseTo((15 / 6 + 1 / 6) / 4, 8);
  });
});

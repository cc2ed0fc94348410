import { describe, expect, it } from 'vitest';
import { matrixOf as unnamedMatrix } from '../forest/testing/matrix.ts';
import { summarizeFeatures } from './feature-summary.ts';
import { quantileShifts } from './quantile-shift.ts';

const matrixOf = (columns: Readonly<Record<string, readonly number[]>>) => ({
  ...unnamedMatrix(Object.values(columns)),
  featureNames: Object.keys(columns),
});
const upTo100 = Array.from({ length: 101 }, (_, i) => i);

describe('the shift of quantiles', () => {
  it('is told in units of the middle 90 % of training, the greatest first', () => {
    const training = summarizeFeatures(matrixOf({ still: upTo100, moved: upTo100, spread: upTo100 }));
    const test = matrixOf({
      still: upTo100,
      moved: upTo100.map((v) => v + 45),
      spread: upTo100.map((v) => 3 * v - 100),
    });
    const shifts = quantileShifts(training, test);
    expect(shifts.map(({ feature }) => feature)).toEqual(['spread', 'moved', 'still']);
    expect(shifts.map(({ shift }) => shift)).toEqual([1, 0.5, 0]);
    expect(shifts[1]).toMatchObject({ trainMedian: 0.5, low: 0.5, median: 1, high: 1.5 });
    expect(shifts[0]).toMatchObject({ low: -1, median: 0.5, high: 2 });
  });

  it('is none of a feature without spread, without values or unknown in training', () => {
    const training = summarizeFeatures(
      matrixOf({ constant: [1, 1, 1], empty: [Number.NaN, Number.NaN, Number.NaN] }),
    );
    const test = matrixOf({ constant: [1, 2, 3], empty: [1, 2, 3], unknown: [1, 2, 3] });
    expect(quantileShifts(training, test)).toEqual([]);
  });

  it('tells the share of nulls', () => {
    const training = summarizeFeatures(matrixOf({ volt: [1, 2, 3, Number.NaN] }));
    const [volt] = quantileShifts(training, matrixOf({ volt: [1, 2, Number.NaN, Number.NaN] }));
    expect(volt).toMatchObject({ trainNullFraction: 0.25, testNullFraction: 0.5 });
  });
});

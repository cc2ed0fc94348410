import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { precisionRecallCurve, rocCurve } from './ranking-curves.ts';
import { rankingScores } from './ranking-scores.ts';

const scores = Float32Array.of(0.25, 0.75, 0.5, 0.75, 1);
const isPositive = Uint8Array.of(0, 1, 0, 0, 1);

describe('the ROC curve', () => {
  it('has one point a distinct score, from nothing taken to all', () => {
    const curve = rocCurve(scores, isPositive)!;
    expect([...curve.thresholds]).toEqual([Number.POSITIVE_INFINITY, 1, 0.75, 0.5, 0.25]);
    expect([...curve.truePositiveRate]).toEqual([0, 0.5, 1, 1, 1]);
    expect([...curve.falsePositiveRate]).toEqual([0, 0, 1 / 3, 2 / 3, 1]);
  });

  it('is none where rows of one kind are missing', () => {
    expect(rocCurve(scores, new Uint8Array(5))).toBeNull();
    expect(rocCurve(scores, new Uint8Array(5).fill(1))).toBeNull();
    expect(rocCurve(new Float32Array(), new Uint8Array())).toBeNull();
  });

  it('encloses the ROC AUC', () => {
    fc.assert(
      fc.property(scoredRows, ({ scores, isPositive }) => {
        const { rocAuc } = rankingScores(scores, isPositive);
        const curve = rocCurve(scores, isPositive);
        if (curve === null) {
          expect(rocAuc).toBeNull();
          return;
        }
        expect(trapezoids(curve.falsePositiveRate, curve.truePositiveRate)).toBeCloseTo(rocAuc!, 10);
      }),
    );
  });
});

describe('the precision–recall curve', () => {
  it('starts at precision 1 and ends at the base rate', () => {
    const curve = precisionRecallCurve(scores, isPositive)!;
    expect([...curve.recall]).toEqual([0, 0.5, 1, 1, 1]);
    expect([...curve.precision]).toEqual([1, 1, 2 / 3, 1 / 2, 2 / 5]);
  });

  it('is none without a positive row', () => {
    expect(precisionRecallCurve(scores, new Uint8Array(5))).toBeNull();
  });

  it('sums to the average precision', () => {
    fc.assert(
      fc.property(scoredRows, ({ scores, isPositive }) => {
        const { prAuc } = rankingScores(scores, isPositive);
        const curve = precisionRecallCurve(scores, isPositive);
        if (curve === null) {
          expect(prAuc).toBeNull();
          return;
        }
        const gained = curve.recall.map((recall, i) => (i === 0 ? 0 : recall - curve.recall[i - 1]));
        const sum = gained.reduce((total, gain, i) => total + gain * curve.precision[i], 0);
        expect(sum).toBeCloseTo(prAuc!, 10);
      }),
    );
  });
});

/** Few distinct scores, so that many are tied. */
const scoredRows = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.boolean()), { minLength: 1, maxLength: 60 })
  .map((rows) => ({
    scores: Float32Array.from(rows, ([score]) => score / 12),
    isPositive: Uint8Array.from(rows, ([, positive]) => (positive ? 1 : 0)),
  }));

function trapezoids(x: Float64Array, y: Float64Array): number {
  return x.reduce((area, at, i) => (i === 0 ? 0 : area + ((at - x[i - 1]) * (y[i] + y[i - 1])) / 2), 0);
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { expectedCalibrationError, RELIABILITY_BINS, reliabilityCurve } from './reliability.ts';

describe('the reliability curve', () => {
  it('puts equally many rows into each bin, from the lowest scores up', () => {
    const scores = Float32Array.of(0.75, 0, 0.25, 1, 0.5, 0.5625);
    const curve = reliabilityCurve(scores, Uint8Array.of(1, 0, 0, 1, 1, 0), 3);
    expect(curve).toEqual([
      { rowCount: 2, meanScore: 0.125, positiveShare: 0 },
      { rowCount: 2, meanScore: 0.53125, positiveShare: 0.5 },
      { rowCount: 2, meanScore: 0.875, positiveShare: 1 },
    ]);
    expect(expectedCalibrationError(curve)).toBeCloseTo((0.125 + 0.03125 + 0.125) / 3, 12);
  });

  it('keeps rows of one score together and leaves empty bins out', () => {
    const scores = new Float32Array(90).fill(0.5).fill(0.75, 80);
    const curve = reliabilityCurve(scores, new Uint8Array(90));
    expect(curve.map(({ rowCount }) => rowCount)).toEqual([80, 10]);
  });

  it('loses no row and no positive', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.boolean()), { maxLength: 200 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 20 }), (given, bins) => {
        const isPositive = Uint8Array.from(given, ([, positive]) => Number(positive));
        const curve = reliabilityCurve(
          Float32Array.from(given, ([score]) => score / 40),
          isPositive,
          bins,
        );
        const total = (of: (bin: (typeof curve)[number]) => number) =>
          curve.reduce((sum, bin) => sum + of(bin), 0);
        expect(curve.length).toBeLessThanOrEqual(bins);
        expect(total(({ rowCount }) => rowCount)).toBe(given.length);
        expect(total((bin) => bin.positiveShare * bin.rowCount)).toBeCloseTo(
          isPositive.reduce((sum, one) => sum + one, 0),
          6,
        );
      }),
    );
  });
});

describe('the expected calibration error', () => {
  const random = seededRandom(7);
  const scores = Float32Array.from({ length: 30_000 }, () => random());

  it('is near 0 where each score is the chance of a positive row, and the bias where it is not', () => {
    const outcomes = Uint8Array.from(scores, (score) => (random() < score ? 1 : 0));
    expect(expectedCalibrationError(reliabilityCurve(scores, outcomes))).toBeLessThan(0.015);
    const halved = scores.map((score) => score / 2);
    const curve = reliabilityCurve(halved, outcomes);
    expect(curve).toHaveLength(RELIABILITY_BINS);
    expect(expectedCalibrationError(curve)).toBeCloseTo(0.25, 1);
  });

  it('is 0 of no rows', () => {
    expect(expectedCalibrationError(reliabilityCurve(new Float32Array(), new Uint8Array()))).toBe(0);
  });
});

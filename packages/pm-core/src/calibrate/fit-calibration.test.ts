import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Predictions, predict } from '../forest/index.ts';
import { expectedCalibrationError, reliabilityCurve } from '../metrics/index.ts';
import { randomCalibration, randomEnsemble, randomMatrix } from '../onnx/testing/random-ensemble.ts';
import { seededRandom } from '../random.ts';
import { unitsAt } from './calibration.ts';
import { calibrateRows, fitCalibration } from './fit-calibration.ts';
import { groupFolds } from './group-folds.ts';
import { stepCurve } from './step-curve.ts';

const CLASSES = 3;

/** Rows of three classes whose said probabilities are the true ones squared and shared out again: too sure of themselves. */
function tooSure(rowCount: number, seed: number) {
  const random = seededRandom(seed);
  const probabilities = new Float32Array(rowCount * CLASSES);
  const labels = new Uint8Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    const powers = Array.from({ length: CLASSES }, () => Math.exp(3 * random()));
    const total = powers.reduce((sum, power) => sum + power, 0);
    const squares = powers.map((power) => power ** 2);
    const said = squares.reduce((sum, square) => sum + square, 0);
    probabilities.set(
      squares.map((square) => square / said),
      row * CLASSES,
    );
    const draw = random() * total;
    labels[row] = draw < powers[0] ? 0 : draw < powers[0] + powers[1] ? 1 : 2;
  }
  return { probabilities, labels, classCount: CLASSES };
}

function calibrationError(probabilities: Float32Array, labels: Uint8Array): number {
  const errors = Array.from({ length: CLASSES }, (_, c) => {
    const scores = Float32Array.from(labels, (_, row) => probabilities[row * CLASSES + c]);
    const isPositive = Uint8Array.from(labels, (label) => Number(label === c));
    return expectedCalibrationError(reliabilityCurve(scores, isPositive));
  });
  return Math.max(...errors);
}

/** Out of shared memory, so that equality is of the values. */
const toPlain = ({ probabilities, label }: Predictions) => ({
  probabilities: Float32Array.from(probabilities),
  label: Uint8Array.from(label),
});

describe('fitCalibration', () => {
  it.each(['isotonic', 'platt'] as const)(
    '%s makes probabilities mean what they say on other rows',
    (method) => {
      const learned = tooSure(30_000, 1);
      const unseen = tooSure(30_000, 2);
      const calibration = fitCalibration(learned, { method, scoreKind: 'probability' });
      expect(calibrationError(unseen.probabilities, unseen.labels)).toBeGreaterThan(0.06);
      const after = calibrateRows(calibration, unseen, 'probability').probabilities;
      expect(calibrationError(after, unseen.labels)).toBeLessThan(0.025);
    },
  );

  it('gives whole units, one or more, that do not fall and that float32 sums exactly', () => {
    for (const scoreKind of ['probability', 'margin-lead'] as const) {
      const curves = fitCalibration(tooSure(500, 3), { method: 'isotonic', scoreKind });
      for (const { thresholds, units } of curves) {
        expect(units).toHaveLength(thresholds.length + 1);
        expect(units[0]).toBeGreaterThanOrEqual(1);
        units.forEach((one, i) => {
          if (i > 0) expect(one).toBeGreaterThan(units[i - 1]);
        });
        thresholds.forEach((one, i) => {
          if (i > 0) expect(one).toBeGreaterThan(thresholds[i - 1]);
        });
      }
      const most = curves.reduce((sum, { units }) => sum + Math.max(...units), 0);
      expect(most).toBeLessThanOrEqual(2 ** 24);
    }
  });
});

describe('calibrateRows', () => {
  it("makes of a forest's answers those of the calibrated forest, to the bit", async () => {
    const classes = ['none', 'a', 'b'];
    const size = { trees: 9, depth: 5, featureCount: 4, classes, unitsPerLeaf: 64 };
    const forest = randomEnsemble(seededRandom(1), size);
    const calibration = randomCalibration(seededRandom(2), classes);
    const matrix = randomMatrix(seededRandom(3), 3000, 4);
    const raw = await predict(forest, matrix);
    const rows = { ...raw, labels: raw.label, classCount: 3 };
    expect(calibrateRows(calibration, rows, 'probability')).toEqual(
      toPlain(await predict({ ...forest, calibration }, matrix)),
    );
  });
});

describe('unitsAt', () => {
  it('finds the step that a linear search finds, a threshold itself being below', () => {
    const curve = stepCurve((z) => 1 / (1 + Math.exp(-z)), { scoreOf: (z) => z, classCount: 2 });
    const { thresholds, units } = curve;
    fc.assert(
      fc.property(
        fc.oneof(
          fc.float({ noNaN: true }),
          fc.nat(thresholds.length - 1).map((i) => thresholds[i]),
        ),
        (score) => {
          expect(unitsAt(curve, score)).toBe(units[thresholds.filter((one) => score > one).length]);
        },
      ),
    );
  });
});

describe('groupFolds', () => {
  it('puts all rows of a machine into one fold and nearly as many machines into each', () => {
    const groups = Array.from({ length: 300 }, (_, row) => `machine ${row % 10}`);
    const folds = groupFolds(groups, { folds: 3, seed: 7 });
    const byGroup = new Map(groups.map((name, row) => [name, folds[row]]));
    groups.forEach((name, row) => {
      expect(folds[row]).toBe(byGroup.get(name));
    });
    const sizes = [0, 1, 2].map((fold) => [...byGroup.values()].filter((one) => one === fold).length);
    expect(sizes.sort()).toEqual([3, 3, 4]);
    expect(groupFolds(groups, { folds: 3, seed: 7 })).toEqual(folds);
  });
});

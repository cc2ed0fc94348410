import { describe, expect, it } from 'vitest';
import { ForestParams } from '../config.ts';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { logLoss } from '../metrics/index.ts';
import { deriveSeed, seededRandom } from '../random.ts';
import { permutationImportance } from './permutation-importance.ts';
import { shuffled } from './shuffle.ts';
import { matrixOf } from './testing/matrix.ts';
import { naivePredict } from './testing/naive-predict.ts';
import { plantedData } from './testing/planted-data.ts';
import { trainForest } from './train-forest.ts';

const CLASSES = ['none', 'a', 'b'];
const PARAMS = { ...ForestParams.parse({}), trees: 8, maxDepth: 6 };
const { matrix, labels } = plantedData({
  rowCount: 1500,
  featureCount: 5,
  seed: 8,
  nullShare: 0.1,
  rule: (x, random) =>
    random() < 0.1 ? Math.floor(random() * 3) : x[0] > 0.6 ? 1 : Number.isNaN(x[1]) ? 2 : 0,
});
const { ensemble } = await trainForest(matrix, labels, { classes: CLASSES, params: PARAMS, workers: 1 });

/** Predict once more for each feature, its column shuffled. */
function naiveRises(
  sample: FeatureMatrix,
  sampleLabels: Uint8Array,
  seed: number,
  repeats: number,
): number[] {
  const lossOf = (rows: FeatureMatrix) =>
    logLoss({
      classes: CLASSES,
      labels: sampleLabels,
      probabilities: naivePredict(ensemble, rows).probabilities,
    });
  return sample.columns.map((column, feature) => {
    let rise = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const donors = shuffled(sample.rowCount, seededRandom(deriveSeed(seed, 1 + feature, repeat)));
      const permuted = sample.columns.map((other) =>
        other === column ? [...donors].map((row) => column[row]) : other,
      );
      rise += (lossOf(matrixOf(permuted)) - lossOf(sample)) / repeats;
    }
    return rise;
  });
}

describe('permutation importance', () => {
  it('is the rise in log loss of predicting anew with each column shuffled', async () => {
    const { rise, logLoss: loss } = await permutationImportance(ensemble, matrix, labels, {
      rows: 10_000,
      seed: 3,
      repeats: 2,
    });
    const { probabilities } = naivePredict(ensemble, matrix);
    expect(loss).toBeCloseTo(logLoss({ classes: CLASSES, labels, probabilities }), 12);
    naiveRises(matrix, labels, 3, 2).forEach((expected, feature) => {
      expect(rise[feature]).toBeCloseTo(expected, 12);
    });
  });

  it('finds the features that decide and no other', async () => {
    const { rise } = await permutationImportance(ensemble, matrix, labels, { rows: 10_000, seed: 3 });
    expect(rise[0]).toBeGreaterThan(0.2);
    expect(rise[1]).toBeGreaterThan(0.05);
    for (const noise of rise.slice(2)) expect(Math.abs(noise)).toBeLessThan(0.05);
  });

  it('is the same for 1 and 2 workers, and another on another sample', async () => {
    const options = { rows: 600, seed: 3 };
    const one = await permutationImportance(ensemble, matrix, labels, options);
    const two = await permutationImportance(ensemble, matrix, labels, { ...options, workers: 2 });
    const other = await permutationImportance(ensemble, matrix, labels, { ...options, seed: 4 });
    expect(two).toEqual(one);
    expect(one.rowCount).toBe(600);
    expect(other.logLoss).not.toBe(one.logLoss);
  });

  it('needs a row', async () => {
    await expect(
      permutationImportance(ensemble, { ...matrix, rowCount: 0 }, labels, { rows: 10, seed: 1 }),
    ).rejects.toMatchObject({ code: 'no-labeled-rows' });
  });
});

describe('shuffled', () => {
  it('is a permutation, each number as often in each place as any other', () => {
    const times = Array.from({ length: 5 }, () => new Array<number>(5).fill(0));
    const random = seededRandom(9);
    for (let i = 0; i < 5000; i++) {
      const order = shuffled(5, random);
      expect([...order].sort()).toEqual([0, 1, 2, 3, 4]);
      order.forEach((number, place) => {
        times[place][number]++;
      });
    }
    // 1,000 expected, standard deviation 28.
    for (const count of times.flat()) expect(Math.abs(count - 1000)).toBeLessThan(140);
  });
});

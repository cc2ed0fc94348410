import { describe, expect, it } from 'vitest';
import { ForestParams } from '../config.ts';
import { predict } from './predict.ts';
import { matrixOf } from './testing/matrix.ts';
import { naiveLeaf } from './testing/naive-predict.ts';
import { plantedData } from './testing/planted-data.ts';
import { trainForest } from './train-forest.ts';

const CLASSES = ['none', 'a', 'b'];
const DEFAULTS = ForestParams.parse({});
const params = (changes: Partial<ForestParams> = {}): ForestParams => ({
  ...DEFAULTS,
  trees: 10,
  ...changes,
});
const oneTree = (changes: Partial<ForestParams> = {}) => params({ algorithm: 'decision-tree', ...changes });

const noisy = plantedData({
  rowCount: 2000,
  featureCount: 8,
  seed: 5,
  nullShare: 0.05,
  rule: (x, random) => (random() < 0.2 ? Math.floor(random() * 3) : x[0] > 0.6 ? 1 : x[1] < 0.3 ? 2 : 0),
});

async function accuracyOf(data: typeof noisy, trained: Awaited<ReturnType<typeof trainForest>>) {
  const { label } = await predict(trained.ensemble, data.matrix);
  return label.filter((predicted, row) => predicted === data.labels[row]).length / label.length;
}

describe('a decision tree', () => {
  it('finds a planted tree again, with its thresholds', async () => {
    const data = plantedData({
      rowCount: 4000,
      featureCount: 6,
      seed: 1,
      rule: (x) => (x[2] <= 0.5 ? (x[4] <= 0.25 ? 1 : 0) : x[1] <= 0.75 ? 2 : 1),
    });
    const trained = await trainForest(data.matrix, data.labels, {
      classes: CLASSES,
      params: oneTree({ maxDepth: 4, bins: 255 }),
      workers: 1,
    });
    expect(await accuracyOf(data, trained)).toBeGreaterThan(0.985);
    const { feature, threshold } = trained.ensemble;
    for (const [planted, at] of [
      [2, 0.5],
      [4, 0.25],
      [1, 0.75],
    ]) {
      const distances = [...feature].map((f, node) => (f === planted ? Math.abs(threshold[node] - at) : 1));
      expect(Math.min(...distances)).toBeLessThan(0.005);
    }
    expect([0, 3, 5].map((noise) => trained.gainImportance[noise])).toSatisfy((gains: number[]) =>
      gains.every((gain) => gain < 0.02),
    );
  });

  it('learns an exclusive or, whose first split gains nothing', async () => {
    const x = Array.from({ length: 64 }, (_, i) => i % 2);
    const y = Array.from({ length: 64 }, (_, i) => Math.floor(i / 2) % 2);
    const data = { matrix: matrixOf([x, y]), labels: Uint8Array.from(x, (value, i) => value ^ y[i]) };
    const trained = await trainForest(data.matrix, data.labels, {
      classes: ['0', '1'],
      params: oneTree({ maxDepth: 2 }),
      workers: 1,
    });
    expect(await accuracyOf(data, trained)).toBe(1);
    expect(trained.ensemble.feature).toHaveLength(7);
  });

  it('learns what a null means, alone and on either side of a threshold', async () => {
    const isNull = (value: number) => Number.isNaN(value);
    const rules = [
      (x: readonly number[]) => (isNull(x[0]) ? 1 : 0),
      (x: readonly number[]) => (isNull(x[0]) || x[0] > 0.5 ? 1 : 0),
      (x: readonly number[]) => (isNull(x[0]) || x[0] <= 0.5 ? 1 : 0),
    ];
    for (const rule of rules) {
      const data = plantedData({ rowCount: 1000, featureCount: 2, seed: 2, nullShare: 0.3, rule });
      const trained = await trainForest(data.matrix, data.labels, {
        classes: ['0', '1'],
        params: oneTree({ maxDepth: 1, bins: 255 }),
        workers: 1,
      });
      expect(await accuracyOf(data, trained)).toBeGreaterThan(0.99);
      expect(trained.ensemble.feature).toHaveLength(3);
    }
  });

  it('counts in each leaf the rows whose values lead there', async () => {
    const { ensemble } = await trainForest(noisy.matrix, noisy.labels, {
      classes: CLASSES,
      params: oneTree({ maxDepth: 5 }),
      workers: 1,
    });
    const counts = new Int32Array(ensemble.leafUnits.length);
    for (let row = 0; row < noisy.matrix.rowCount; row++)
      counts[naiveLeaf(ensemble, 0, noisy.matrix, row) * 3 + noisy.labels[row]]++;
    for (let leaf = 0; leaf < counts.length; leaf += 3) {
      const rows = counts[leaf] + counts[leaf + 1] + counts[leaf + 2];
      expect(rows).toBeGreaterThan(0);
      for (let c = 0; c < 3; c++) {
        expect(
          Math.abs(ensemble.leafUnits[leaf + c] - (counts[leaf + c] / rows) * ensemble.unitsPerLeaf),
        ).toBeLessThan(1);
      }
    }
  });

  it('is grown from all rows and all features, whatever the forest draws', async () => {
    const options = { classes: CLASSES, workers: 1 };
    const one = await trainForest(noisy.matrix, noisy.labels, { ...options, params: oneTree({ seed: 1 }) });
    const other = await trainForest(noisy.matrix, noisy.labels, {
      ...options,
      params: oneTree({ seed: 2, subsample: 0.1, featuresPerNode: 1 }),
    });
    expect(other).toEqual(one);
  });

  it('keeps at least the rows asked for in each leaf and is no deeper than asked', async () => {
    const { ensemble } = await trainForest(noisy.matrix, noisy.labels, {
      classes: CLASSES,
      params: oneTree({ minRowsPerLeaf: 50, maxDepth: 3 }),
      workers: 1,
    });
    const rowsOf = new Map<number, number>();
    for (let row = 0; row < noisy.matrix.rowCount; row++) {
      const leaf = naiveLeaf(ensemble, 0, noisy.matrix, row);
      rowsOf.set(leaf, (rowsOf.get(leaf) ?? 0) + 1);
    }
    expect(Math.min(...rowsOf.values())).toBeGreaterThanOrEqual(50);
    expect(rowsOf.size).toBeLessThanOrEqual(8);
  });
});

describe('a random forest', () => {
  it('is the same to the last bit for 1, 2 and 3 workers', async () => {
    const grown = [1, 2, 3].map((workers) =>
      trainForest(noisy.matrix, noisy.labels, { classes: CLASSES, params: params(), workers }),
    );
    const [one, two, three] = await Promise.all(grown);
    expect(two).toEqual(one);
    expect(three).toEqual(one);
    expect(one.ensemble.roots).toHaveLength(10);
  });

  it('is another for another seed', async () => {
    const options = { classes: CLASSES, workers: 1 };
    const one = await trainForest(noisy.matrix, noisy.labels, { ...options, params: params({ seed: 1 }) });
    const other = await trainForest(noisy.matrix, noisy.labels, { ...options, params: params({ seed: 2 }) });
    expect(other.ensemble).not.toEqual(one.ensemble);
  });

  it('has its first trees in common with a larger one', async () => {
    const options = { classes: CLASSES, workers: 1 };
    const small = await trainForest(noisy.matrix, noisy.labels, { ...options, params: params({ trees: 3 }) });
    const large = await trainForest(noisy.matrix, noisy.labels, { ...options, params: params({ trees: 5 }) });
    const common = small.ensemble.feature.length;
    expect(large.ensemble.feature.subarray(0, common)).toEqual(small.ensemble.feature);
    expect(large.ensemble.threshold.subarray(0, common)).toEqual(small.ensemble.threshold);
  });

  it('trained on some rows is the one trained on a matrix of those rows', async () => {
    const rows = Int32Array.from({ length: 700 }, (_, i) => 3 * i);
    const copied = matrixOf(noisy.matrix.columns.map((column) => [...rows].map((row) => column[row])));
    const copiedLabels = Int32Array.from(rows, (row) => noisy.labels[row]);
    // Outside the rows even a label that is no class and an infinite value may stand.
    const labels = Int32Array.from(noisy.labels, (label, row) => (row % 3 === 0 && row < 2100 ? label : -1));
    const options = { classes: CLASSES, params: params(), workers: 1 };
    const some = await trainForest(noisy.matrix, labels, {
      ...options,
      rows: rows.filter((row) => row < 2000),
    });
    const copy = await trainForest(
      matrixOf(copied.columns.map((column) => column.subarray(0, 667))),
      copiedLabels.subarray(0, 667),
      options,
    );
    expect(some).toEqual(copy);
  });

  it('sums to one unit of probability in each leaf and to 1 in importance', async () => {
    const { ensemble, gainImportance } = await trainForest(noisy.matrix, noisy.labels, {
      classes: CLASSES,
      params: params(),
      workers: 1,
    });
    for (let leaf = 0; leaf < ensemble.leafUnits.length; leaf += 3) {
      const [a, b, c] = ensemble.leafUnits.subarray(leaf, leaf + 3);
      expect(a + b + c).toBe(ensemble.unitsPerLeaf);
    }
    expect(gainImportance.reduce((sum, gain) => sum + gain, 0)).toBeCloseTo(1, 12);
    expect(gainImportance.indexOf(Math.max(...gainImportance))).toBe(0);
  });

  it('tells how far it is, up to 1', async () => {
    const fractions: number[] = [];
    await trainForest(noisy.matrix, noisy.labels, {
      classes: CLASSES,
      params: params({ trees: 4 }),
      workers: 2,
      onProgress: (fraction) => fractions.push(fraction),
    });
    expect(fractions).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it('is one leaf a tree where no feature tells anything', async () => {
    const matrix = matrixOf([[1, 1, 1, 1], new Array(4).fill(Number.NaN)]);
    const { ensemble, gainImportance } = await trainForest(matrix, Uint8Array.of(0, 1, 1, 1), {
      classes: ['0', '1'],
      params: oneTree(),
      workers: 1,
    });
    expect([...ensemble.feature]).toEqual([-1]);
    expect([...ensemble.leafUnits]).toEqual([2 ** 18, 3 * 2 ** 18]);
    expect([...gainImportance]).toEqual([0, 0]);
  });
});

describe('training stops', () => {
  it.each([1, 2])('when aborted, with the reason, on %i workers', async (workers) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const training = trainForest(noisy.matrix, noisy.labels, {
      classes: CLASSES,
      params: params({ trees: 500 }),
      workers,
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    await expect(training).rejects.toBe(reason);
  });

  it('before it starts, if aborted already', async () => {
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(
      trainForest(noisy.matrix, noisy.labels, { classes: CLASSES, params: params(), workers: 2, signal }),
    ).rejects.toThrow('too late');
  });
});

describe('training refuses', () => {
  const matrix = matrixOf([[1, 2, 3]]);
  const train = (labels: number[], changes: { matrix?: typeof matrix; rows?: Int32Array } = {}) =>
    trainForest(changes.matrix ?? matrix, Int32Array.from(labels), {
      classes: CLASSES,
      params: params(),
      workers: 2,
      rows: changes.rows,
    });

  it('no rows', async () => {
    await expect(train([0, 1, 2], { rows: new Int32Array(0) })).rejects.toMatchObject({
      name: 'UserError',
      code: 'no-training-rows',
    });
  });

  it('no features', async () => {
    await expect(train([], { matrix: { featureNames: [], rowCount: 3, columns: [] } })).rejects.toMatchObject(
      { code: 'no-features' },
    );
  });

  it('rows of one class only, naming it', async () => {
    await expect(train([2, 2, 2])).rejects.toMatchObject({
      code: 'one-class-only',
      message: 'All 3 training rows are of the class b.',
    });
  });

  it.each([[-1], [3], [1000]])('the label %i', async (label) => {
    await expect(train([0, label, 1])).rejects.toMatchObject({ code: 'label-out-of-range' });
  });

  it('a label too few', async () => {
    await expect(train([0, 1])).rejects.toMatchObject({ code: 'label-out-of-range' });
  });

  it('infinite features', async () => {
    await expect(
      train([0, 1, 2], { matrix: matrixOf([[1, 2, Number.POSITIVE_INFINITY]]) }),
    ).rejects.toMatchObject({ code: 'infinite-feature' });
  });
});

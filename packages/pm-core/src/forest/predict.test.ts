import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ForestParams } from '../config.ts';
import { predict } from './predict.ts';
import { matrixOf } from './testing/matrix.ts';
import { naivePredict } from './testing/naive-predict.ts';
import { plantedData } from './testing/planted-data.ts';
import { trainForest } from './train-forest.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';

const CLASSES = ['none', 'a', 'b'];
const PARAMS = { ...ForestParams.parse({}), trees: 12, minRowsPerLeaf: 2 };
const planted = plantedData({
  rowCount: 3000,
  featureCount: 5,
  seed: 8,
  nullShare: 0.1,
  rule: (x, random) =>
    random() < 0.3 ? Math.floor(random() * 3) : x[0] > 0.6 ? 1 : Number.isNaN(x[1]) ? 2 : 0,
});
const { ensemble } = await trainForest(planted.matrix, planted.labels, {
  classes: CLASSES,
  params: PARAMS,
  workers: 1,
});

/** One inner node and two leaves for each of two trees. */
const twoStumps: TreeEnsemble = {
  featureNames: ['f0'],
  classes: ['no', 'yes'],
  roots: Int32Array.of(0, 3),
  feature: Int16Array.of(0, -1, -1, 0, -1, -1),
  threshold: Float32Array.of(0.1, 0, 0, -5, 0, 0),
  left: Int32Array.of(1, 0, 1, 4, 2, 3),
  right: Int32Array.of(2, -1, -1, 5, -1, -1),
  nullGoesLeft: Uint8Array.of(0, 0, 0, 1, 0, 0),
  leafUnits: Int32Array.of(8, 0, 2, 6, 4, 4, 1, 7),
  unitsPerLeaf: 8,
};

describe('predictions', () => {
  it('are those of a walk row by row, also on and beside thresholds, for nulls and infinities', async () => {
    const thresholds = [...ensemble.threshold];
    const anyCell = fc.oneof(
      fc.float(),
      fc.constantFrom(...thresholds),
      fc.constantFrom(...thresholds).map((threshold) => threshold + 2 ** -24),
      fc.constantFrom(...thresholds).map((threshold) => threshold - 2 ** -24),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anyCell, { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 50 }),
        async (rows) => {
          const matrix = matrixOf([0, 1, 2, 3, 4].map((feature) => rows.map((row) => row[feature])));
          expect({ ...(await predict(ensemble, matrix)) }).toEqual(naivePredict(ensemble, matrix));
        },
      ),
    );
  });

  it('are the same for 1, 2 and 3 workers, over several blocks', async () => {
    const copies = matrixOf(
      planted.matrix.columns.map((column) => [
        ...column,
        ...column,
        ...column,
        ...column,
        ...column,
        ...column,
      ]),
    );
    const [one, two, three] = await Promise.all(
      [1, 2, 3].map((workers) => predict(ensemble, copies, { workers })),
    );
    expect(two).toEqual(one);
    expect(three).toEqual(one);
    expect(one).toEqual(naivePredict(ensemble, copies));
  });

  it('send a value on the threshold left, its neighbour above right, and nulls where they were sent in training', async () => {
    const onThreshold = Math.fround(0.1);
    const matrix = matrixOf([
      [
        onThreshold,
        onThreshold + 2 ** -26,
        Number.NaN,
        -5,
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
      ],
    ]);
    const { probabilities } = await predict(twoStumps, matrix);
    expect([...probabilities].filter((_, i) => i % 2 === 1)).toEqual(
      [7, 13, 10, 4, 13, 4].map((units) => units / 16),
    );
  });

  it('give a tie to the lower class', async () => {
    const tied = { ...twoStumps, leafUnits: Int32Array.of(4, 4, 4, 4, 4, 4, 4, 4) };
    expect([...(await predict(tied, matrixOf([[1, 2]]))).label]).toEqual([0, 0]);
  });

  it('of no rows are empty', async () => {
    const { probabilities, label } = await predict(twoStumps, matrixOf([[]]), { workers: 4 });
    expect([probabilities.length, label.length]).toEqual([0, 0]);
  });

  it('are refused for other features, naming the first', async () => {
    const renamed = { ...planted.matrix, featureNames: ['f0', 'f1', 'volt', 'f3', 'f4'] };
    await expect(predict(ensemble, renamed)).rejects.toMatchObject({
      code: 'other-features',
      message: "The model's feature 3 is f2, the table's is volt.",
    });
    await expect(predict(twoStumps, planted.matrix)).rejects.toMatchObject({
      code: 'other-features',
      message: "The model's feature 2 is none, the table's is f1.",
    });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binFeatures } from '../forest/bin-features.ts';
import { matrixOf } from '../forest/testing/matrix.ts';
import { createBoostedGrower } from './boosted-grower.ts';
import { createGradientWriter, type GradientData, gradientScaleFor } from './gradients.ts';
import type { BoostingRules } from './growth.ts';
import { naiveBoostedTree } from './testing/naive-boosted-tree.ts';

/** Columns of few distinct values (ties), of many, constant ones, with and without nulls. */
const anyColumn = (rowCount: number) =>
  fc.oneof(
    fc.array(fc.constantFrom(0, 1, 2, Number.NaN), { minLength: rowCount, maxLength: rowCount }),
    fc.array(fc.integer({ min: -50, max: 50 }), { minLength: rowCount, maxLength: rowCount }),
    fc.constantFrom(7, Number.NaN).map((value) => new Array<number>(rowCount).fill(value)),
  );

const anyTraining = fc.integer({ min: 2, max: 60 }).chain((rowCount) =>
  fc.record({
    columns: fc.array(anyColumn(rowCount), { minLength: 1, maxLength: 6 }),
    labels: fc.array(fc.nat(2), { minLength: rowCount, maxLength: rowCount }),
    margins: fc.array(fc.integer({ min: -3000, max: 3000 }), {
      minLength: 3 * rowCount,
      maxLength: 3 * rowCount,
    }),
    trainCount: fc.integer({ min: 1, max: rowCount }),
    sampleShare: fc.constantFrom(0.5, 1),
    bins: fc.constantFrom(2, 16, 255),
    featuresPerTree: fc.integer({ min: 1, max: 6 }),
    featuresPerNode: fc.integer({ min: 1, max: 6 }),
    maxDepth: fc.integer({ min: 1, max: 6 }),
    alpha: fc.constantFrom(0, 0.3),
    lambda: fc.constantFrom(0, 1),
    gamma: fc.constantFrom(0, 0.5),
    minChildWeight: fc.constantFrom(0, 0.4, 1),
    maxLeafUnits: fc.constantFrom(50, 100_000),
    treeSeed: fc.nat(),
  }),
);

async function prepare(training: typeof anyTraining extends fc.Arbitrary<infer T> ? T : never) {
  const { columns, labels, trainCount } = training;
  const rowCount = labels.length;
  const weights = Float64Array.of(1, 1, 2);
  const gradients: GradientData = {
    ...{ outputCount: 3, trainCount, rowCount, labels: Uint8Array.from(labels), weights, unitsPerOne: 1024 },
    margins: new Int32Array(new SharedArrayBuffer(12 * rowCount)),
    gradients: new Float64Array(new SharedArrayBuffer(48 * trainCount)),
    gradientScale: gradientScaleFor(weights),
  };
  gradients.margins.set(training.margins);
  createGradientWriter(gradients)(0, trainCount);
  const binned = await binFeatures(matrixOf(columns), { bins: training.bins });
  const scaled = (value: number) => value * gradients.gradientScale;
  const featuresPerTree = Math.min(training.featuresPerTree, columns.length);
  const rules: BoostingRules = {
    sampleRows: Math.max(1, Math.round(training.sampleShare * trainCount)),
    featuresPerTree,
    featuresPerNode: Math.min(training.featuresPerNode, featuresPerTree),
    maxDepth: training.maxDepth,
    penalties: {
      alpha: scaled(training.alpha),
      lambda: scaled(training.lambda),
      gamma: scaled(training.gamma),
      minChildWeight: scaled(training.minChildWeight),
    },
    unitsPerStep: 512,
    maxLeafUnits: training.maxLeafUnits,
  };
  return { binned, gradients, rules };
}

describe('a boosted tree', () => {
  it('is the tree that the naive one is, and moves the margins of all rows as that does', async () => {
    await fc.assert(
      fc.asyncProperty(anyTraining, fc.nat(2), async (training, output) => {
        const fast = await prepare(training);
        const naive = await prepare(training);
        const { treeSeed } = training;
        const tree = createBoostedGrower(fast, fast.rules)(output, treeSeed);
        expect(tree).toEqual(naiveBoostedTree(naive, naive.rules, { output, treeSeed }));
        expect(fast.gradients.margins).toEqual(naive.gradients.margins);
      }),
      { numRuns: 400 },
    );
  });

  it('is the same after other trees from the same memory', async () => {
    await fc.assert(
      fc.asyncProperty(anyTraining, async (training) => {
        const { binned, gradients, rules } = await prepare(training);
        const grow = createBoostedGrower({ binned, gradients }, rules);
        const first = grow(1, training.treeSeed);
        grow(2, training.treeSeed + 1);
        expect(grow(1, training.treeSeed)).toEqual(first);
      }),
      { numRuns: 50 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { binFeatures } from './bin-features.ts';
import { createTreeGrower, type GrowthData, type GrowthRules } from './grower.ts';
import { matrixOf } from './testing/matrix.ts';
import { naiveTree } from './testing/naive-tree.ts';

/** Columns of few distinct values (ties, duplicates), of many, constant ones, with and without nulls. */
const anyColumn = (rowCount: number) =>
  fc.oneof(
    fc.array(fc.constantFrom(0, 1, 2, Number.NaN), { minLength: rowCount, maxLength: rowCount }),
    fc.array(fc.float({ noDefaultInfinity: true }), { minLength: rowCount, maxLength: rowCount }),
    fc.array(fc.integer({ min: -50, max: 50 }), { minLength: rowCount, maxLength: rowCount }),
    fc.constantFrom(7, Number.NaN).map((value) => new Array<number>(rowCount).fill(value)),
  );

const anyTraining = fc.integer({ min: 1, max: 120 }).chain((rowCount) =>
  fc.integer({ min: 2, max: 9 }).chain((classCount) =>
    fc.record({
      columns: fc.array(anyColumn(rowCount), { minLength: 1, maxLength: 9 }),
      labels: fc.array(fc.nat(classCount - 1), { minLength: rowCount, maxLength: rowCount }),
      classCount: fc.constant(classCount),
      bins: fc.constantFrom(2, 3, 16, 64, 255),
      sampleRows: fc.integer({ min: 1, max: rowCount }),
      featuresPerNode: fc.integer({ min: 1, max: 9 }),
      maxDepth: fc.integer({ min: 1, max: 12 }),
      minRowsPerLeaf: fc.integer({ min: 1, max: 5 }),
      seed: fc.nat(),
    }),
  ),
);

async function prepare(
  columns: readonly ArrayLike<number>[],
  labels: readonly number[],
  classCount: number,
  bins = 64,
): Promise<GrowthData> {
  const binned = await binFeatures(matrixOf(columns), { bins });
  return { binned, labels: Uint8Array.from(labels), classCount };
}

describe('a tree grower', () => {
  it('grows the tree that the naive one grows, whatever the data', async () => {
    await fc.assert(
      fc.asyncProperty(anyTraining, async (training) => {
        const data = await prepare(training.columns, training.labels, training.classCount, training.bins);
        const featuresPerNode = Math.min(training.featuresPerNode, training.columns.length);
        const rules: GrowthRules = { ...training, featuresPerNode };
        expect(createTreeGrower(data, rules)(training.seed)).toEqual(naiveTree(data, rules, training.seed));
      }),
      { numRuns: 300 },
    );
  });

  it('does so for thousands of rows, most of one class', async () => {
    const random = seededRandom(2);
    const rowCount = 8000;
    const columns = Array.from({ length: 10 }, () =>
      Float32Array.from({ length: rowCount }, () => (random() < 0.02 ? Number.NaN : random() + random())),
    );
    const labels = columns[0].map((value, row) => {
      if (random() < 0.9) return 0;
      return value > 1.2 ? 1 : columns[1][row] > 1 ? 2 : 3;
    });
    const data = await prepare(columns, [...labels], 4);
    const rules = { sampleRows: 5056, featuresPerNode: 7, maxDepth: 15, minRowsPerLeaf: 1 };
    const grow = createTreeGrower(data, rules);
    for (const seed of [1, 2]) expect(grow(seed)).toEqual(naiveTree(data, rules, seed));
  });
});

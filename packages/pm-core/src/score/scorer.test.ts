import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeModel } from '../onnx/decode-model.ts';
import { encodeModel } from '../onnx/encode-model.ts';
import { exportOnnx, treeOrder } from '../onnx/index.ts';
import { buildEnsemble } from '../onnx/testing/build-ensemble.ts';
import { randomEnsemble, randomMatrix } from '../onnx/testing/random-ensemble.ts';
import { seededRandom } from '../random.ts';
import { matrixOfRows, sampleRows } from './matrix-rows.ts';
import { referenceAnswer } from './reference-answer.ts';
import { openScorer } from './scorer.ts';

const size = fc.record({
  seed: fc.nat(),
  trees: fc.constantFrom(1, 2, 9, 120),
  depth: fc.integer({ min: 0, max: 6 }),
  featureCount: fc.integer({ min: 1, max: 8 }),
  classes: fc.constantFrom(['0', '1'], ['none', 'comp1', 'comp2', 'comp3', 'comp4']),
  unitsPerLeaf: fc.constantFrom(1, 2, 1000, 2 ** 17),
  rowCount: fc.constantFrom(1, 3, 200),
});

it('answers exactly as walking the trees does: two classes and five, nulls, ties, edges of float32', async () => {
  await fc.assert(
    fc.asyncProperty(size, async ({ seed, rowCount, ...shape }) => {
      const random = seededRandom(seed);
      const ensemble = randomEnsemble(random, shape);
      const matrix = randomMatrix(random, rowCount, shape.featureCount);
      const scorer = await openScorer(exportOnnx(ensemble));
      const { label, probabilities } = await scorer.score(matrix);
      await scorer.close();
      const expected = referenceAnswer(ensemble, treeOrder(ensemble), sampleRows(matrix, rowCount, 0));
      expect(label).toEqual(expected.label);
      expect(probabilities).toEqual(expected.probabilities);
    }),
    { numRuns: 60 },
  );
});

const classes = ['none', 'comp1', 'comp2'];
const split = buildEnsemble(
  [
    { feature: 0, threshold: 1, nullGoesLeft: true, left: { units: [2, 0, 0] }, right: { units: [0, 1, 1] } },
    { feature: 1, threshold: 1, left: { units: [1, 1, 0] }, right: { units: [0, 0, 2] } },
  ],
  { featureCount: 2, classes },
);

it('gives a tie to the lowest class', async () => {
  const tied = buildEnsemble([{ units: [0, 2, 2] }], { featureCount: 1, classes });
  const evenly = buildEnsemble([{ units: [2, 2] }], { featureCount: 1, classes: ['0', '1'] });
  const rows = matrixOfRows([[0], [Number.NaN]], ['f0']);
  expect((await (await openScorer(exportOnnx(tied))).score(rows)).label).toEqual(Uint8Array.of(1, 1));
  expect((await (await openScorer(exportOnnx(evenly))).score(rows)).label).toEqual(Uint8Array.of(0, 0));
});

it('keeps the units of the less probable classes', async () => {
  const scorer = await openScorer(exportOnnx(split));
  const scored = await scorer.score(
    matrixOfRows(
      [
        [1, 1],
        [2, Number.NaN],
        [Number.NaN, 0],
      ],
      ['f0', 'f1'],
    ),
  );
  expect(scored.label).toEqual(Uint8Array.of(0, 2, 0));
  expect(scored.probabilities).toEqual(Float32Array.of(0.75, 0.25, 0, 0, 0.25, 0.75, 0.75, 0.25, 0));
});

it('matches columns by name, whatever their order and number', async () => {
  const scorer = await openScorer(exportOnnx(split));
  const expected = await scorer.score(matrixOfRows([[0, 5]], ['f0', 'f1']));
  expect(await scorer.score(matrixOfRows([[5, 9, 0]], ['f1', 'other', 'f0']))).toEqual(expected);
  await expect(scorer.score(matrixOfRows([[0]], ['f0']))).rejects.toThrow('needs the column f1');
});

it('gives the same answer for any batch size and number of threads, tells how far it is, and gives none for no rows', async () => {
  const random = seededRandom(5);
  const ensemble = randomEnsemble(random, {
    trees: 30,
    depth: 6,
    featureCount: 5,
    classes,
    unitsPerLeaf: 777,
  });
  const matrix = randomMatrix(random, 1000, 5);
  const expected = await (await openScorer(exportOnnx(ensemble), { threads: 1 })).score(matrix);
  const scorer = await openScorer(exportOnnx(ensemble), { threads: 2 });
  for (const batchRows of [1, 7, 999, 1000, 5000]) {
    expect(await scorer.score(matrix, { batchRows })).toEqual(expected);
  }
  const done: number[] = [];
  await scorer.score(matrix, { batchRows: 400, onProgress: (rowsDone) => done.push(rowsDone) });
  expect(done).toEqual([400, 800, 1000]);
  expect((await scorer.score(randomMatrix(random, 0, 5))).label).toHaveLength(0);
});

it('opens a file, and says which one is not there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scorer-'));
  const path = join(folder, 'model.onnx');
  await expect(openScorer(path)).rejects.toMatchObject({ code: 'model-not-found' });
  writeFileSync(path, exportOnnx(split));
  expect((await openScorer(path)).classes).toEqual(classes);
  rmSync(folder, { recursive: true });
});

it('refuses what it cannot score, saying why', async () => {
  const model = decodeModel(exportOnnx(split));
  const withoutLabel = { ...model.graph, outputs: model.graph.outputs.slice(1) };
  const twoInputs = {
    ...model.graph,
    inputs: [...model.graph.inputs, { name: 'more', elementType: 'float', shape: [1] } as const],
  };
  for (const [bytes, message] of [
    [new TextEncoder().encode('version https://git-lfs.github.com/spec/v1'), /does not take this model/],
    [encodeModel({ ...model, graph: withoutLabel }), /label and at least two probability_CLASS are needed/],
    [encodeModel({ ...model, graph: twoInputs }), /2 inputs \(features, more\)/],
  ] as const) {
    await expect(openScorer(bytes)).rejects.toMatchObject({
      code: 'unreadable-model',
      message: expect.stringMatching(message),
    });
  }
});

it('takes the columns of a model from elsewhere as they come', async () => {
  const scorer = await openScorer(encodeModel({ ...decodeModel(exportOnnx(split)), metadata: {} }));
  expect(scorer.featureNames).toBeUndefined();
  expect((await scorer.score(matrixOfRows([[1, 1]], ['a', 'b']))).label).toEqual(Uint8Array.of(0));
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StepCurve } from '../calibrate/index.ts';
import { UserError } from '../errors.ts';
import type { Forest, TreeEnsemble } from '../forest/tree-ensemble.ts';
import { seededRandom } from '../random.ts';
import { decodeModel } from './decode-model.ts';
import { encodeModel } from './encode-model.ts';
import { ensembleModel } from './ensemble-model.ts';
import { exportOnnx } from './export-onnx.ts';
import { readEnsemble, readFeatureNames } from './read-ensemble.ts';
import { buildEnsemble } from './testing/build-ensemble.ts';
import { randomCalibration, randomEnsemble } from './testing/random-ensemble.ts';

const anyEnsemble = fc
  .record({
    seed: fc.nat(),
    trees: fc.integer({ min: 1, max: 5 }),
    depth: fc.integer({ min: 0, max: 6 }),
    featureCount: fc.integer({ min: 1, max: 40 }),
    classes: fc.constantFrom(['0', '1'], ['none', 'comp1', 'comp2'], ['a ü', '', 'label']),
    unitsPerLeaf: fc.constantFrom(1, 3, 1000, 2 ** 21),
  })
  .map(({ seed, ...size }) => randomEnsemble(seededRandom(seed), size));

const leaf = { units: [1, 3] };
const branch = { feature: 0, threshold: 0.5, left: leaf, right: { units: [4, 0] } };
const twoClasses = { featureCount: 2, classes: ['0', '1'] };
const small = buildEnsemble([branch, leaf], twoClasses);

describe('exportOnnx and readEnsemble', () => {
  it('give back the same forest, bit for bit', () => {
    fc.assert(
      fc.property(anyEnsemble, (ensemble) => {
        expect(readEnsemble(exportOnnx(ensemble))).toEqual(ensemble);
      }),
    );
  });

  it('give back the same boosted trees, bit for bit', () => {
    const anyBoosted = fc.tuple(anyEnsemble, fc.integer({ min: 0, max: 20 })).map(([ensemble, power]) => {
      const { unitsPerLeaf: _, ...trees } = ensemble as Forest;
      const leafUnits = trees.leafUnits.map((units, at) => (at % 2 === 0 ? -units : units));
      return { ...trees, leafUnits, unitsPerOne: 2 ** power };
    });
    fc.assert(
      fc.property(anyBoosted, (ensemble) => {
        expect(readEnsemble(exportOnnx(ensemble))).toEqual(ensemble);
      }),
    );
  });

  it('give back the same calibration, bit for bit, of a forest and of boosted trees', () => {
    fc.assert(
      fc.property(anyEnsemble, fc.nat(), (ensemble, seed) => {
        const calibrated = {
          ...ensemble,
          calibration: randomCalibration(seededRandom(seed), ensemble.classes),
        };
        expect(readEnsemble(exportOnnx(calibrated))).toEqual(calibrated);
        const { unitsPerLeaf: _, ...trees } = calibrated as Forest;
        const boosted = { ...trees, unitsPerOne: 4 };
        expect(readEnsemble(exportOnnx(boosted))).toEqual(boosted);
      }),
      { numRuns: 30 },
    );
  });

  it.each<[string, Partial<StepCurve>, RegExp]>([
    ['has no units for a score', { units: Int32Array.of(1) }, /no units/],
    ['gives a class nothing', { units: Int32Array.of(0, 5) }, /no units/],
    [
      'has thresholds out of order',
      { thresholds: Float32Array.of(2, 1), units: Int32Array.of(1, 2, 3) },
      /ascend/,
    ],
    ['gives more than float32 counts', { units: Int32Array.of(1, 2 ** 24) }, /2\^24/],
  ])('refuse a calibration that %s', (_, fault, message) => {
    const curve = { thresholds: Float32Array.of(0.5), units: Int32Array.of(1, 2) };
    const calibration = [curve, { ...curve, ...fault }];
    expect(() => exportOnnx({ ...small, calibration })).toThrow(message);
    expect(() => exportOnnx({ ...small, calibration: [curve] })).toThrow(/1 calibration curves for 2/);
  });

  it('refuse boosted trees whose margins float32 could not hold', () => {
    const leafUnits = Int32Array.of(0, 2 ** 23, 0, -(2 ** 23), 0, 2 ** 23 + 1);
    const { unitsPerLeaf: _, ...trees } = small as Forest;
    expect(() => exportOnnx({ ...trees, leafUnits, unitsPerOne: 1024 })).toThrow(
      /class 1 may sum to 16777217/,
    );
    expect(() => exportOnnx({ ...trees, unitsPerOne: 1000 })).toThrow(/power of two/);
  });

  it('give the same bytes each time', () => {
    fc.assert(
      fc.property(anyEnsemble, (ensemble) => {
        const bytes = exportOnnx(ensemble);
        expect(exportOnnx(structuredClone(ensemble))).toEqual(bytes);
        expect(exportOnnx(readEnsemble(bytes))).toEqual(bytes);
      }),
    );
  });

  it('give bytes that do not depend on where the nodes lie in the arrays', () => {
    const scattered: TreeEnsemble = {
      ...small,
      roots: Int32Array.of(2, 0),
      feature: Int16Array.of(-1, -1, 0, -1),
      threshold: Float32Array.of(0, 0, 0.5, 0),
      left: Int32Array.of(0, 0, 3, 0),
      right: Int32Array.of(0, 0, 1, 0),
      nullGoesLeft: new Uint8Array(4),
      leafUnits: Int32Array.of(1, 3, 4, 0),
    };
    scattered.left[1] = 1;
    expect(exportOnnx(scattered)).toEqual(exportOnnx(small));
  });

  it('carry the feature names without the graph being read', () => {
    expect(readFeatureNames(exportOnnx(small))).toEqual(['f0', 'f1']);
    expect(readFeatureNames(encodeModel({ ...ensembleModel(small), metadata: {} }))).toBeUndefined();
  });

  it.each<[string, Partial<TreeEnsemble>, RegExp]>([
    ['a leaf whose units do not add up', { leafUnits: Int32Array.of(1, 2, 4, 0, 1, 3) }, /3 units/],
    ['negative units', { leafUnits: Int32Array.of(-1, 5, 4, 0, 1, 3) }, /leaf 0/],
    ['a cycle', { left: Int32Array.of(0, 0, 1, 2) }, /two parents/],
    ['a child outside the arrays', { right: Int32Array.of(9, 0, 0, 0) }, /does not exist/],
    ['a feature without a name', { featureNames: [] }, /feature 0/],
    ['a threshold that is not a number', { threshold: Float32Array.of(Number.NaN, 0, 0, 0) }, /no threshold/],
    ['sums beyond exact float32', { unitsPerLeaf: 2 ** 24 }, /2\^24/],
  ])('refuse %s', (_, fault, message) => {
    expect(() => exportOnnx({ ...small, ...fault })).toThrow(message);
  });
});

describe('readEnsemble', () => {
  const bytes = exportOnnx(small);
  const model = decodeModel(bytes);
  const [trees, ...rest] = model.graph.nodes;
  const withTrees = (attributes: (typeof trees)['attributes']) =>
    encodeModel({
      ...model,
      graph: {
        ...model.graph,
        nodes: [{ ...trees, attributes: { ...trees.attributes, ...attributes } }, ...rest],
      },
    });

  it.each<[string, Uint8Array]>([
    ['no bytes', new Uint8Array(0)],
    ['half of a file', bytes.subarray(0, bytes.length / 2)],
    ['a text', new TextEncoder().encode('<!DOCTYPE html>')],
    ['another comparison', withTrees({ nodes_modes: ['BRANCH_LT', 'LEAF', 'LEAF', 'LEAF'] })],
    ['another post transform', withTrees({ post_transform: 'SOFTMAX' })],
    ['base values', withTrees({ base_values: Float32Array.of(1, 0) })],
    ['an endless tree', withTrees({ nodes_truenodeids: Int32Array.of(0, 0, 0, 0) })],
    ['a child in no tree', withTrees({ nodes_truenodeids: Int32Array.of(77, 0, 0, 0) })],
    ['weights for one class only', withTrees({ target_ids: Int32Array.of(1, 1, 1, 1, 1, 1) })],
    ['a list that is too short', withTrees({ nodes_values: Float32Array.of(0.5) })],
    ['no feature names', encodeModel({ ...model, metadata: {} })],
    ['broken feature names', encodeModel({ ...model, metadata: { feature_names: '["f0"' } })],
    ['no trees', encodeModel({ ...model, graph: { ...model.graph, nodes: rest } })],
    [
      'a graph with one more node',
      encodeModel({ ...model, graph: { ...model.graph, nodes: [trees, ...rest, rest[0]] } }),
    ],
  ])('refuses %s, with an error for people', (_, refused) => {
    expect(() => readEnsemble(refused)).toThrow(UserError);
    expect(() => readEnsemble(refused)).toThrow(/not a forest that pm exported/);
  });

  it('never ends in anything but a forest or a UserError when a byte is wrong', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const damaged = bytes.with(at, value);
        try {
          expect(readEnsemble(damaged).roots.length).toBe(2);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

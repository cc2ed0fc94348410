import { describe, expect, it } from 'vitest';
import type { Forest } from '../forest/index.ts';
import { decodeModel } from '../onnx/decode-model.ts';
import { encodeModel } from '../onnx/encode-model.ts';
import { exportOnnx, treeOrder } from '../onnx/index.ts';
import type { AttributeValue, OnnxNode } from '../onnx/onnx-model.ts';
import { buildEnsemble } from '../onnx/testing/build-ensemble.ts';
import { randomCalibration, randomEnsemble, randomMatrix } from '../onnx/testing/random-ensemble.ts';
import { seededRandom } from '../random.ts';
import { adversarialRows } from './adversarial-rows.ts';
import { certifyParity } from './certify-parity.ts';
import { nextDown, nextUp } from './float32-neighbours.ts';
import { matrixOfRows } from './matrix-rows.ts';
import { type OpenSession, openSession } from './onnx-session.ts';
import { ParityCertificate } from './parity-certificate.ts';
import { walkToLeaf } from './reference-answer.ts';

const classes = ['none', 'comp1', 'comp2'];
const forest = randomEnsemble(seededRandom(3), {
  trees: 12,
  depth: 5,
  featureCount: 6,
  classes,
  unitsPerLeaf: 500,
});
const sample = randomMatrix(seededRandom(4), 900, 6);

/** A runtime that has a bug: it runs another model than it was given. */
const runtimeWith =
  (change: (node: OnnxNode) => Record<string, AttributeValue>): OpenSession =>
  (bytes, options) => {
    const model = decodeModel(bytes);
    const nodes = model.graph.nodes.map((node) => ({
      ...node,
      attributes: { ...node.attributes, ...change(node) },
    }));
    return openSession(encodeModel({ ...model, graph: { ...model.graph, nodes } }), options);
  };

/** A threshold that a sum of units hits exactly: the share of half of all units. */
const atHalf = {
  ...forest,
  calibration: classes.map(() => ({ thresholds: Float32Array.of(0.5), units: Int32Array.of(1, 9) })),
};

describe('certifyParity', () => {
  it('finds no difference at all, and says what it compared', async () => {
    const certificate = await certifyParity(forest, exportOnnx(forest), { sample, seed: 1, maxRows: 400 });
    expect(certificate).toMatchObject({
      passed: true,
      seed: 1,
      rows: 400,
      trees: 12,
      leafDifferences: 0,
      labelDifferences: 0,
      maxProbabilityDifference: 0,
      runtime: expect.stringMatching(/^onnxruntime-node \d+\.\d+\.\d+$/),
    });
    expect(certificate.adversarialRows).toBeGreaterThan(300);
    expect(ParityCertificate.parse(JSON.parse(JSON.stringify(certificate)))).toEqual(certificate);
    expect(await certifyParity(forest, exportOnnx(forest), { sample, seed: 1, maxRows: 400 })).toEqual(
      certificate,
    );
  });

  it('finds no difference in calibrated trees of either kind, at the steps of the curves too', async () => {
    const calibration = randomCalibration(seededRandom(6), classes);
    const { unitsPerLeaf: _, ...trees } = forest as Forest;
    const leafUnits = trees.leafUnits.map((units, at) => (at % 2 === 0 ? -units : units));
    for (const ensemble of [
      { ...forest, calibration },
      { ...trees, leafUnits, unitsPerOne: 1024, calibration },
    ]) {
      const certificate = await certifyParity(ensemble, exportOnnx(ensemble), { sample, seed: 1 });
      expect(certificate).toMatchObject({ labelDifferences: 0, maxProbabilityDifference: 0 });
      expect(certificate.calibrationRows).toBeGreaterThan(50);
    }
  });

  it('sees a calibration whose steps a runtime moves by one float', async () => {
    const moved = runtimeWith(({ inputs, attributes: { nodes_values: values } }) =>
      inputs[0] === 'raw' && values instanceof Float32Array ? { nodes_values: values.map(nextDown) } : {},
    );
    await expect(
      certifyParity(atHalf, exportOnnx(atHalf), { sample, seed: 1, openSession: moved }),
    ).rejects.toMatchObject({ code: 'parity-failed' });
  });

  it.each<[string, (node: OnnxNode) => Record<string, AttributeValue>]>([
    [
      'sends nulls the other way',
      ({ attributes: { nodes_missing_value_tracks_true: tracks } }) =>
        tracks instanceof Int32Array ? { nodes_missing_value_tracks_true: tracks.map((one) => 1 - one) } : {},
    ],
    [
      'takes ≤ for <',
      ({ attributes: { nodes_modes: modes } }) =>
        Array.isArray(modes)
          ? { nodes_modes: modes.map((mode) => (mode === 'LEAF' ? mode : 'BRANCH_LT')) }
          : {},
    ],
    [
      'has thresholds one float too high',
      ({ attributes: { nodes_values: values } }) =>
        values instanceof Float32Array ? { nodes_values: values.map(nextUp) } : {},
    ],
    [
      'has thresholds one float too low',
      ({ attributes: { nodes_values: values } }) =>
        values instanceof Float32Array ? { nodes_values: values.map(nextDown) } : {},
    ],
    [
      'gives a tie to the highest class',
      ({ operator }): Record<string, number> => (operator === 'ArgMax' ? { select_last_index: 1 } : {}),
    ],
    [
      'loses the weights of the last class',
      ({ attributes: { n_targets: targets, target_ids: ids, target_weights: weights } }) =>
        targets === 3 && ids instanceof Int32Array && weights instanceof Float32Array
          ? { target_weights: weights.map((weight, at) => (ids[at] === 2 ? 0 : weight)) }
          : {},
    ],
  ])('refuses a runtime that %s', async (_, change) => {
    const tied = buildEnsemble(
      [
        {
          feature: 0,
          threshold: 0.25,
          nullGoesLeft: true,
          left: { units: [2, 2, 0] },
          right: { feature: 1, threshold: -0, left: { units: [1, 1, 2] }, right: { units: [0, 2, 2] } },
        },
      ],
      { featureCount: 2, classes },
    );
    const rows = matrixOfRows(
      [
        [0, 0],
        [1, 1],
      ],
      ['f0', 'f1'],
    );
    const certify = (open: OpenSession) =>
      certifyParity(tied, exportOnnx(tied), { sample: rows, seed: 1, openSession: open });
    await expect(certify(openSession)).resolves.toMatchObject({ passed: true });
    await expect(certify(runtimeWith(change))).rejects.toMatchObject({ code: 'parity-failed' });
  });

  it('sees a wrong leaf where the sums are equal', async () => {
    const same = { units: [1, 1, 0] };
    const blind = buildEnsemble([{ feature: 0, threshold: 1, left: same, right: same }], {
      featureCount: 1,
      classes,
    });
    const flipped = runtimeWith(({ attributes: { nodes_missing_value_tracks_true: tracks } }) =>
      tracks instanceof Int32Array ? { nodes_missing_value_tracks_true: tracks.map((one) => 1 - one) } : {},
    );
    const rows = matrixOfRows([[0]], ['f0']);
    await expect(
      certifyParity(blind, exportOnnx(blind), { sample: rows, seed: 1, openSession: flipped }),
    ).rejects.toThrow(/0 labels differ, a probability differs by 0\./);
  });

  it('refuses the model of another forest, and a NaN for a probability', async () => {
    const other = randomEnsemble(seededRandom(9), {
      trees: 11,
      depth: 5,
      featureCount: 6,
      classes,
      unitsPerLeaf: 500,
    });
    await expect(certifyParity(forest, exportOnnx(other), { sample, seed: 1 })).rejects.toThrow(
      /do.* not answer/,
    );
    const broken: OpenSession = async (bytes, options) => {
      const session = await openSession(bytes, options);
      return {
        ...session,
        async run(values, rowCount) {
          const outputs = await session.run(values, rowCount);
          const { probability_comp2: probability } = outputs;
          return probability instanceof Float32Array
            ? { ...outputs, probability_comp2: probability.map(() => Number.NaN) }
            : outputs;
        },
      };
    };
    await expect(
      certifyParity(forest, exportOnnx(forest), { sample, seed: 1, openSession: broken }),
    ).rejects.toThrow(/0 labels differ, a probability differs by 1\./);
  });
});

describe('adversarialRows', () => {
  it('lead to each branch with the floats around its threshold and with null', () => {
    const chain = buildEnsemble(
      [
        {
          feature: 0,
          threshold: 10,
          left: {
            feature: 1,
            threshold: -1,
            left: { units: [1, 0, 0] },
            right: { feature: 0, threshold: 5, left: { units: [0, 1, 0] }, right: { units: [0, 0, 1] } },
          },
          right: { units: [1, 0, 0] },
        },
      ],
      { featureCount: 2, classes },
    );
    const rows = adversarialRows(chain, [Float32Array.of(99, -99)], { seed: 1, maxBranches: 100 }).slice(-4);
    const start = nextUp(-1);
    expect(rows.map((row) => [...row])).toEqual([
      [nextDown(5), start],
      [5, start],
      [nextUp(5), start],
      [Number.NaN, start],
    ]);
    const position = treeOrder(chain).position;
    expect(rows.slice(0, 3).map((row) => position[walkToLeaf(chain, 0, row)])).toEqual([4, 4, 5]);
  });

  it('cover every feature, evenly, where there are too many branches', () => {
    const rows = adversarialRows(forest, [], { seed: 1, maxBranches: 24 });
    const edgeRows = 11 * (1 + 6);
    const atBranches = rows.slice(edgeRows);
    expect(atBranches).toHaveLength(24 * 4);
    const nullAt = atBranches.filter((_, at) => at % 4 === 3).map((row) => row.findIndex(Number.isNaN));
    for (let feature = 0; feature < 6; feature++) {
      expect(nullAt.filter((at) => at === feature)).toHaveLength(4);
    }
  });
});

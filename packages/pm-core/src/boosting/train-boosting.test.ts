import { describe, expect, it } from 'vitest';
import { BoostingParams } from '../config.ts';
import { permutationImportance } from '../forest/permutation-importance.ts';
import { predict } from '../forest/predict.ts';
import { matrixOf } from '../forest/testing/matrix.ts';
import { naivePredict } from '../forest/testing/naive-predict.ts';
import { plantedData } from '../forest/testing/planted-data.ts';
import { logLoss } from '../metrics/index.ts';
import { exportOnnx, readEnsemble } from '../onnx/index.ts';
import { certifyParity } from '../score/index.ts';
import { trainBoosting } from './train-boosting.ts';

const params = (changes: Partial<BoostingParams> = {}): BoostingParams => ({
  ...BoostingParams.parse({ algorithm: 'gradient-boosting', rounds: 40, maxDepth: 4 }),
  ...changes,
});
const TWO = ['0', '1'];
const FIVE = ['none', 'comp1', 'comp2', 'comp3', 'comp4'];
const rowsFrom = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);

/** An exclusive or of two features among five, some null. */
const binary = plantedData({
  rowCount: 3000,
  featureCount: 5,
  seed: 1,
  nullShare: 0.05,
  rule: (x) => (x[0] > 0.5 !== x[1] > 0.3 ? 1 : 0),
});
/** Each class has a cause of its own; that of the last is a null. */
const fiveClasses = plantedData({
  rowCount: 4000,
  featureCount: 6,
  seed: 2,
  nullShare: 0.1,
  rule: (x) => {
    if (Number.isNaN(x[3])) return 4;
    if (x[0] > 0.8) return 1;
    if (x[1] < 0.15) return 2;
    return x[2] > 0.7 && x[4] > 0.5 ? 3 : 0;
  },
});

function accuracy(label: Uint8Array, labels: Uint8Array, rows: Int32Array): number {
  return rows.filter((row) => label[row] === labels[row]).length / rows.length;
}

describe('gradient boosting', () => {
  it.each([
    ['an exclusive or of two features', binary, TWO, 0.98],
    ['five classes, one of them told by a null', fiveClasses, FIVE, 0.98],
  ])('recovers %s in rows that it has not seen', async (_, { matrix, labels }, classes, least) => {
    const [train, test] = [rowsFrom(0, 2000), rowsFrom(2000, matrix.rowCount)];
    const { ensemble } = await trainBoosting(matrix, labels, {
      classes,
      params: params(),
      workers: 1,
      rows: train,
    });
    const { label, probabilities } = await predict(ensemble, matrix);
    expect(accuracy(label, labels, test)).toBeGreaterThan(least);
    const baseRate = -Math.log(labels.filter((one) => one === 0).length / labels.length);
    expect(logLoss({ classes, labels, probabilities })).toBeLessThan(baseRate / 3);
  });

  it('is the same model, byte for byte, with 1, 2 and 3 workers', async () => {
    const { matrix, labels } = fiveClasses;
    const sampled = params({ rounds: 5, subsample: 0.7, featuresPerTree: 0.8, featuresPerNode: 0.6 });
    const bytes = [1, 2, 3].map(async (workers) => {
      const { ensemble } = await trainBoosting(matrix, labels, { classes: FIVE, params: sampled, workers });
      return Buffer.from(exportOnnx(ensemble));
    });
    const [first, ...others] = await Promise.all(bytes);
    for (const other of others) expect(other.equals(first)).toBe(true);
    const { ensemble } = await trainBoosting(matrix, labels, {
      classes: FIVE,
      params: { ...sampled, seed: 7 },
      workers: 1,
    });
    expect(Buffer.from(exportOnnx(ensemble)).equals(first)).toBe(false);
  });

  it.each([
    ['two', binary, TWO],
    ['five', fiveClasses, FIVE],
  ])(
    'with %s classes answers in ONNX Runtime as it does here, and as the trees walked by the letter do',
    async (_, data, classes) => {
      const { matrix, labels } = data;
      const { ensemble } = await trainBoosting(matrix, labels, { classes, params: params(), workers: 1 });
      const onnx = exportOnnx(ensemble);
      expect(readEnsemble(onnx)).toEqual(ensemble);
      const fast = await predict(ensemble, matrix, { workers: 2 });
      const naive = naivePredict(ensemble, matrix);
      expect(fast.label).toEqual(naive.label);
      fast.probabilities.forEach((probability, at) => {
        expect(Math.abs(probability - naive.probabilities[at])).toBeLessThan(1e-6);
      });
      const certificate = await certifyParity(ensemble, onnx, { sample: matrix, seed: 1, maxRows: 1000 });
      expect(certificate).toMatchObject({ passed: true, leafDifferences: 0, labelDifferences: 0 });
      expect(certificate.maxProbabilityDifference).toBeLessThan(1e-6);
    },
  );

  it('stops where the validation loss no longer falls, and keeps the rounds up to its lowest', async () => {
    const { matrix, labels } = plantedData({
      ...{ rowCount: 1200, featureCount: 4, seed: 3 },
      rule: (x, random) => (random() < 0.3 ? Math.floor(2 * random()) : x[0] > 0.5 ? 1 : 0),
    });
    const [rows, validationRows] = [rowsFrom(0, 800), rowsFrom(800, 1200)];
    const options = { classes: TWO, workers: 1, rows, validationRows };
    const stopping = params({ rounds: 60, earlyStoppingRounds: 5 });
    const stopped = await trainBoosting(matrix, labels, { ...options, params: stopping });
    const { validationLogLoss: losses, rounds, ensemble } = stopped;
    expect(losses.length).toBe(rounds + 5);
    expect(losses.length).toBeLessThan(60);
    expect(rounds).toBe(losses.indexOf(Math.min(...losses)) + 1);
    expect(ensemble.roots.length).toBe(rounds);

    const { probabilities } = await predict(ensemble, matrix);
    const kept = logLoss({
      classes: TWO,
      labels: labels.subarray(800),
      probabilities: probabilities.subarray(1600),
    });
    expect(losses[rounds - 1]).toBeCloseTo(kept, 6);

    const on = await trainBoosting(matrix, labels, {
      ...options,
      params: { ...stopping, earlyStoppingRounds: 'off' },
    });
    expect(on.validationLogLoss.slice(0, losses.length)).toEqual(losses);
    expect(on.rounds).toBe(60);
  });

  it('sends nulls where they belong, also where training had none', async () => {
    const values = Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? Number.NaN : i % 100));
    const labels = Uint8Array.from(values, (value) => (Number.isNaN(value) || value > 70 ? 1 : 0));
    const matrix = matrixOf([values]);
    const { ensemble } = await trainBoosting(matrix, labels, { classes: TWO, params: params(), workers: 1 });
    expect((await predict(ensemble, matrix)).label).toEqual(labels);

    const full = values.map((value) => (Number.isNaN(value) ? 0 : value));
    const few = Uint8Array.from(full, (value) => (value > 70 ? 1 : 0));
    const seenNone = await trainBoosting(matrixOf([full]), few, {
      classes: TWO,
      params: params(),
      workers: 1,
    });
    expect([...(await predict(seenNone.ensemble, matrixOf([[Number.NaN]]))).label]).toEqual([0]);
  });

  it('gives classes the weight asked for: balanced weights find more of a rare class', async () => {
    const { matrix, labels } = plantedData({
      ...{ rowCount: 3000, featureCount: 3, seed: 5 },
      rule: (x, random) => (random() < 0.15 * x[0] ? 1 : 0),
    });
    const found = async (classWeights: BoostingParams['classWeights']) => {
      const options = { classes: TWO, params: params({ classWeights }), workers: 1 };
      const { ensemble } = await trainBoosting(matrix, labels, options);
      return (await predict(ensemble, matrix)).label.filter((label) => label === 1).length;
    };
    const balanced = await found('balanced');
    expect(balanced).toBeGreaterThan(800);
    expect(await found('none')).toBeLessThan(100);
    const counts = [0, 1].map((label) => labels.filter((one) => one === label).length);
    const same = { 0: 1500 / counts[0], 1: 1500 / counts[1] };
    expect(await found(same)).toBe(balanced);
    await expect(found({ comp9: 2 })).rejects.toMatchObject({ code: 'unknown-class' });
  });

  it('has smaller leaves or fewer splits the more it is restrained', async () => {
    const { matrix, labels } = binary;
    const grown = async (changes: Partial<BoostingParams>) => {
      const one = params({ rounds: 1, ...changes });
      const { ensemble } = await trainBoosting(matrix, labels, { classes: TWO, params: one, workers: 1 });
      const margins = Array.from(ensemble.leafUnits, (units) => Math.abs(units) / ensemble.unitsPerOne);
      return { nodes: ensemble.feature.length, farthest: Math.max(...margins) };
    };
    const free = await grown({ lambda: 0 });
    expect((await grown({ lambda: 300 })).farthest).toBeLessThan(free.farthest);
    expect((await grown({ lambda: 0, alpha: 20 })).farthest).toBeLessThan(free.farthest);
    expect((await grown({ lambda: 0, gamma: 40 })).nodes).toBeLessThan(free.nodes);
    expect((await grown({ lambda: 0, minChildWeight: 150 })).nodes).toBeLessThan(free.nodes);
    expect((await grown({ maxDepth: 1 })).nodes).toBeLessThanOrEqual(3);
    expect((await grown({ gamma: 1e6 })).nodes).toBe(1);
  });

  it('ranks the features that decide first, by gain and by permutation', async () => {
    const { matrix, labels } = binary;
    const fitted = await trainBoosting(matrix, labels, { classes: TWO, params: params(), workers: 1 });
    const { ensemble, gainImportance } = fitted;
    const options = { rows: 500, seed: 1, repeats: 1 };
    const { rise, logLoss: asIs } = await permutationImportance(ensemble, matrix, labels, options);
    const byGain = [...gainImportance.keys()].sort((a, b) => gainImportance[b] - gainImportance[a]);
    expect(byGain.slice(0, 2).sort()).toEqual([0, 1]);
    expect(gainImportance.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(Math.min(rise[0], rise[1])).toBeGreaterThan(1);
    expect(Math.max(rise[2], rise[3], rise[4])).toBeLessThan(0.05);
    const all = await permutationImportance(ensemble, matrix, labels, { ...options, rows: 3000 });
    const { probabilities } = await predict(ensemble, matrix);
    expect(all.logLoss).toBeCloseTo(logLoss({ classes: TWO, labels, probabilities }), 12);
    expect(asIs).toBeGreaterThan(0);
  });

  it('keeps float32 sums exact even where every leaf is as far as it may be', async () => {
    const { matrix, labels } = binary;
    const wild = params({ rounds: 60, learningRate: 1, lambda: 0, minChildWeight: 0, maxDepth: 8 });
    const { ensemble } = await trainBoosting(matrix, labels, { classes: TWO, params: wild, workers: 1 });
    expect(() => exportOnnx(ensemble)).not.toThrow();
  });

  it('says what it cannot train on, and stops when it is told to', async () => {
    const { matrix, labels } = binary;
    const train = (changes: object) =>
      trainBoosting(matrix, labels, { classes: TWO, params: params(), workers: 1, ...changes });
    await expect(train({ rows: new Int32Array(0) })).rejects.toMatchObject({ code: 'no-training-rows' });
    await expect(train({ classes: ['only'] })).rejects.toMatchObject({ code: 'label-out-of-range' });
    await expect(
      trainBoosting(matrixOf([]), labels, { classes: TWO, params: params(), workers: 1 }),
    ).rejects.toMatchObject({ code: 'no-features' });
    const stop = new AbortController();
    const stopped = train({ signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) });
    await expect(stopped).rejects.toThrow('enough');
  });
});

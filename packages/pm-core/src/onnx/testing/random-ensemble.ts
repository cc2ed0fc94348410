import type { Calibration } from '../../calibrate/index.ts';
import type { FeatureMatrix } from '../../features/feature-matrix.ts';
import type { TreeEnsemble } from '../../forest/tree-ensemble.ts';
import type { Random } from '../../random.ts';
import { buildEnsemble, type TreeLiteral } from './build-ensemble.ts';

/** Values that break careless comparisons, among ordinary ones: signed zeros, subnormals, the largest floats, infinities. */
export const EDGE_VALUES = [
  0,
  -0,
  1,
  -1,
  0.1,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
].map(Math.fround);

export interface EnsembleSize {
  readonly trees: number;
  readonly depth: number;
  readonly featureCount: number;
  readonly classes: readonly string[];
  readonly unitsPerLeaf: number;
}

/** Trees without a purpose: thresholds are edge values and numbers in [−2, 2), about one branch in eight ends early. */
export function randomEnsemble(random: Random, size: EnsembleSize): TreeEnsemble {
  const tree = (depth: number): TreeLiteral => {
    if (depth === 0 || random() < 0.125) return { units: randomUnits(random, size) };
    return {
      feature: Math.floor(random() * size.featureCount),
      threshold: randomValue(random),
      nullGoesLeft: random() < 0.5,
      left: tree(depth - 1),
      right: tree(depth - 1),
    };
  };
  return buildEnsemble(
    Array.from({ length: size.trees }, () => tree(size.depth)),
    size,
  );
}

/** Curves without a purpose, of 1 to 12 steps between scores of 0 and 1. */
export function randomCalibration(random: Random, classes: readonly string[]): Calibration {
  return classes.map(() => {
    const drawn = Array.from({ length: Math.floor(random() * 12) }, () => Math.fround(random()));
    const thresholds = Float32Array.from(new Set(drawn)).sort();
    const units = Int32Array.from(
      { length: thresholds.length + 1 },
      () => 1 + Math.floor(random() * 2 ** 20),
    );
    return { thresholds, units: units.sort() };
  });
}

/** Rows of edge values, nulls and numbers in [−2, 2); columns are named f0, f1, …. */
export function randomMatrix(random: Random, rowCount: number, featureCount: number): FeatureMatrix {
  const columns = Array.from({ length: featureCount }, () => {
    const column = new Float32Array(new SharedArrayBuffer(rowCount * 4));
    for (let row = 0; row < rowCount; row++) column[row] = random() < 0.2 ? Number.NaN : randomValue(random);
    return column;
  });
  return { featureNames: columns.map((_, feature) => `f${feature}`), rowCount, columns };
}

function randomValue(random: Random): number {
  return random() < 0.3
    ? EDGE_VALUES[Math.floor(random() * EDGE_VALUES.length)]
    : Math.fround(random() * 4 - 2);
}

/** Half of the leaves are pure, as in a deep forest. */
function randomUnits(random: Random, { classes, unitsPerLeaf }: EnsembleSize): number[] {
  const units = classes.map(() => 0);
  const first = random() < 0.5 ? unitsPerLeaf : Math.floor(random() * (unitsPerLeaf + 1));
  units[Math.floor(random() * classes.length)] += first;
  units[Math.floor(random() * classes.length)] += unitsPerLeaf - first;
  return units;
}

import { type CodedTree, codedTrees, thresholdsInUse } from './coded-trees.ts';
import { createPermutedWalk, type PermutedCodes } from './permuted-walk.ts';
import { isBoosted, type TreeEnsemble } from './tree-ensemble.ts';
import { unitProbabilities } from './unit-probabilities.ts';

/** Sampled rows with what is permuted of them, in shared memory. */
export interface PermutedSample extends PermutedCodes {
  readonly ensemble: TreeEnsemble;
  readonly labels: Uint8Array;
}

/** Probabilities enter the logarithm within [2^-23, 1 − 2^-23], as in metrics/log-loss.ts. */
const EPSILON = 2 ** -23;

/**
 * Makes a function that sums −ln(probability of the row's own class) over the rows from ≤ i < to: number 0 as the rows are,
 * number 1 + feature × repeats + repeat with that feature's values permuted.
 */
export function createLossSummer(sample: PermutedSample): (from: number, to: number) => Float64Array {
  const { ensemble, featureCount, repeats } = sample;
  const trees = codedTrees(ensemble, thresholdsInUse(ensemble));
  const addUnits = createUnitAdder(sample, trees);
  const variants = 1 + featureCount * repeats;
  const stride = variants * unitColumns(ensemble);
  return (from, to) => {
    const units = new Int32Array((to - from) * stride);
    for (const tree of trees) {
      for (let row = from; row < to; row++) addUnits(units, (row - from) * stride, tree, row);
    }
    const labels = sample.labels.subarray(from, to);
    return isBoosted(ensemble) || ensemble.calibration !== undefined
      ? jointLosses(units, labels, variants, ensemble)
      : shareLosses(units, variants, ensemble.unitsPerLeaf * trees.length);
  };
}

/** The probability of a class hangs on its own units alone in a forest that is not calibrated, else on those of all classes. */
const unitColumns = (ensemble: TreeEnsemble): number =>
  isBoosted(ensemble) || ensemble.calibration !== undefined ? ensemble.classes.length : 1;

/** Makes a function that adds a tree's units at `units[at …]`, one a column, and what each variant changes about them after these. */
function createUnitAdder(
  sample: PermutedSample,
  trees: readonly CodedTree[],
): (units: Int32Array, at: number, tree: CodedTree, row: number) => void {
  const { ensemble, labels } = sample;
  const { leafUnits } = ensemble;
  const columns = unitColumns(ensemble);
  const classCount = ensemble.classes.length;
  const { walk, others } = createPermutedWalk(sample, Math.max(...trees.map(({ depth }) => depth)));
  return (units, at, tree, row) => {
    const firstColumn = columns === 1 ? labels[row] : 0;
    const own = walk(tree, row) * classCount + firstColumn;
    for (let c = 0; c < columns; c++) units[at + c] += leafUnits[own + c];
    for (let i = 0; i < others.count; i++) {
      const other = others.leaf[i] * classCount + firstColumn;
      const changed = at + (1 + others.variant[i]) * columns;
      for (let c = 0; c < columns; c++) units[changed + c] += leafUnits[other + c] - leafUnits[own + c];
    }
  };
}

function shareLosses(units: Int32Array, variants: number, allUnits: number): Float64Array {
  const losses = new Float64Array(variants);
  for (let at = 0; at < units.length; at += variants) {
    for (let variant = 0; variant < variants; variant++) {
      const ofLabel = units[at] + (variant === 0 ? 0 : units[at + variant]);
      losses[variant] += lossOf(Math.fround(ofLabel / allUnits));
    }
  }
  return losses;
}

function jointLosses(
  units: Int32Array,
  labels: Uint8Array,
  variants: number,
  ensemble: TreeEnsemble,
): Float64Array {
  const classCount = ensemble.classes.length;
  const toProbabilities = unitProbabilities(ensemble);
  const losses = new Float64Array(variants);
  const probabilities = new Float32Array(classCount);
  const sums = new Int32Array(classCount);
  for (let row = 0, start = 0; row < labels.length; row++, start += variants * classCount) {
    let asItIs = 0;
    for (let variant = 0; variant < variants; variant++) {
      let isChanged = variant === 0;
      for (let c = 0; c < classCount; c++) {
        const change = variant === 0 ? 0 : units[start + variant * classCount + c];
        sums[c] = units[start + c] + change;
        if (change !== 0) isChanged = true;
      }
      if (isChanged) toProbabilities(sums, 0, probabilities, 0);
      const loss = isChanged ? lossOf(probabilities[labels[row]]) : asItIs;
      if (variant === 0) asItIs = loss;
      losses[variant] += loss;
    }
  }
  return losses;
}

const lossOf = (probability: number): number =>
  -Math.log(Math.min(Math.max(probability, EPSILON), 1 - EPSILON));

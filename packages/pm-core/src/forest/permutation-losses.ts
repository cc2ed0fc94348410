import { type CodedTree, codedTrees, nextNode, testedFeature, thresholdsInUse } from './coded-trees.ts';
import { isBoosted, type TreeEnsemble } from './tree-ensemble.ts';
import { unitProbabilities } from './unit-probabilities.ts';

/** Sampled rows and, for each feature and repeat, the row from which each row takes that feature's value. */
export interface PermutedSample {
  readonly ensemble: TreeEnsemble;
  /** Codes by the thresholds in use (see coded-trees.ts): row × features + feature. */
  readonly codes: Uint16Array<SharedArrayBuffer>;
  readonly labels: Uint8Array<SharedArrayBuffer>;
  /** (feature × repeats + repeat) × rows + row. */
  readonly donors: Int32Array<SharedArrayBuffer>;
  readonly repeats: number;
}

/** Probabilities enter the logarithm within [2^-23, 1 − 2^-23], as in metrics/log-loss.ts. */
const EPSILON = 2 ** -23;

/**
 * Makes a function that sums −ln(probability of the row's own class) over the rows from ≤ i < to: number 0 as the rows are,
 * number 1 + feature × repeats + repeat with that feature's values taken from the donors.
 *
 * A row goes again only through trees in which its path tests the feature, and only from that test on.
 */
export function createLossSummer(sample: PermutedSample): (from: number, to: number) => Float64Array {
  const { ensemble } = sample;
  const trees = codedTrees(ensemble, thresholdsInUse(ensemble));
  const variants = 1 + ensemble.featureNames.length * sample.repeats;
  const columns = unitColumns(ensemble);
  const path = newPath(ensemble.featureNames.length);
  return (from, to) => {
    const units = new Int32Array((to - from) * variants * columns);
    for (const tree of trees) {
      for (let row = from; row < to; row++) {
        addUnits(units, (row - from) * variants * columns, sample, tree, path, row);
      }
    }
    const labels = sample.labels.subarray(from, to);
    return hangsOnAllClasses(ensemble) || isBoosted(ensemble)
      ? jointLosses(units, labels, variants, ensemble)
      : shareLosses(units, variants, ensemble.unitsPerLeaf * trees.length);
  };
}

/** The probability of a class hangs on its own units alone in a forest that is not calibrated, else on those of all classes. */
const hangsOnAllClasses = (ensemble: TreeEnsemble): boolean =>
  isBoosted(ensemble) || ensemble.calibration !== undefined;

const unitColumns = (ensemble: TreeEnsemble): number =>
  hangsOnAllClasses(ensemble) ? ensemble.classes.length : 1;

/** Nodes at which a row's path tests a feature for the first time. */
interface Path {
  readonly node: Int32Array;
  readonly feature: Int32Array;
  /** 1 for the features above. */
  readonly isTested: Uint8Array;
}

function newPath(featureCount: number): Path {
  return {
    node: new Int32Array(featureCount),
    feature: new Int32Array(featureCount),
    isTested: new Uint8Array(featureCount),
  };
}

/** Adds a tree's units at `units[at …]`, one a column, and what each variant changes about them after these. */
function addUnits(
  units: Int32Array,
  at: number,
  { ensemble, codes, labels, donors, repeats }: PermutedSample,
  tree: CodedTree,
  path: Path,
  row: number,
): void {
  const featureCount = ensemble.featureNames.length;
  const columns = unitColumns(ensemble);
  const rowStart = row * featureCount;
  let node = 0;
  let tests = 0;
  path.isTested.fill(0);
  while (tree.leaf[node] === -1) {
    const feature = testedFeature(tree.nodes, node);
    if (path.isTested[feature] === 0) {
      path.isTested[feature] = 1;
      path.feature[tests] = feature;
      path.node[tests++] = node;
    }
    node = nextNode(tree.nodes, node, codes, rowStart);
  }
  const firstColumn = columns === 1 ? labels[row] : 0;
  const own = tree.leaf[node] * ensemble.classes.length + firstColumn;
  for (let c = 0; c < columns; c++) units[at + c] += ensemble.leafUnits[own + c];
  for (let test = 0; test < tests; test++) {
    const feature = path.feature[test];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const variant = feature * repeats + repeat;
      const donorStart = donors[variant * labels.length + row] * featureCount;
      if (codes[donorStart + feature] === codes[rowStart + feature]) continue;
      const leaf = walkAgain(tree, path.node[test], codes, rowStart, feature, donorStart);
      const other = leaf * ensemble.classes.length + firstColumn;
      const changed = at + (1 + variant) * columns;
      for (let c = 0; c < columns; c++) {
        units[changed + c] += ensemble.leafUnits[other + c] - ensemble.leafUnits[own + c];
      }
    }
  }
}

/** The leaf that a row reaches from a node with the donor's value of one feature. */
function walkAgain(
  { nodes, leaf }: CodedTree,
  node: number,
  codes: Uint16Array,
  rowStart: number,
  feature: number,
  donorStart: number,
): number {
  while (leaf[node] === -1) {
    const start = testedFeature(nodes, node) === feature ? donorStart : rowStart;
    node = nextNode(nodes, node, codes, start);
  }
  return leaf[node];
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
  labels.forEach((label, row) => {
    const start = row * variants * classCount;
    for (let variant = 0; variant < variants; variant++) {
      const at = start + variant * classCount;
      for (let c = 0; c < classCount; c++) sums[c] = units[start + c] + (variant === 0 ? 0 : units[at + c]);
      toProbabilities(sums, 0, probabilities, 0);
      losses[variant] += lossOf(probabilities[label]);
    }
  });
  return losses;
}

const lossOf = (probability: number): number =>
  -Math.log(Math.min(Math.max(probability, EPSILON), 1 - EPSILON));

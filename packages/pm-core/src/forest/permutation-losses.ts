import { type CodedTree, codedTrees, nextNode, testedFeature, thresholdsInUse } from './coded-trees.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';

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
  const path = newPath(ensemble.featureNames.length);
  return (from, to) => {
    const units = new Int32Array((to - from) * variants);
    for (const tree of trees) {
      for (let row = from; row < to; row++) addUnits(units, (row - from) * variants, sample, tree, path, row);
    }
    return sumLosses(units, variants, ensemble.unitsPerLeaf * trees.length);
  };
}

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

/** Adds a tree's units of the row's own class at `units[at]`, and what each variant changes about them after it. */
function addUnits(
  units: Int32Array,
  at: number,
  { ensemble, codes, labels, donors, repeats }: PermutedSample,
  tree: CodedTree,
  path: Path,
  row: number,
): void {
  const featureCount = ensemble.featureNames.length;
  const classCount = ensemble.classes.length;
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
  const ownUnits = ensemble.leafUnits[tree.leaf[node] * classCount + labels[row]];
  units[at] += ownUnits;
  for (let test = 0; test < tests; test++) {
    const feature = path.feature[test];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const variant = feature * repeats + repeat;
      const donorStart = donors[variant * labels.length + row] * featureCount;
      if (codes[donorStart + feature] === codes[rowStart + feature]) continue;
      const leaf = walkAgain(tree, path.node[test], codes, rowStart, feature, donorStart);
      units[at + 1 + variant] += ensemble.leafUnits[leaf * classCount + labels[row]] - ownUnits;
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

function sumLosses(units: Int32Array, variants: number, allUnits: number): Float64Array {
  const losses = new Float64Array(variants);
  for (let at = 0; at < units.length; at += variants) {
    for (let variant = 0; variant < variants; variant++) {
      const ofLabel = units[at] + (variant === 0 ? 0 : units[at + variant]);
      const probability = Math.fround(ofLabel / allUnits);
      losses[variant] -= Math.log(Math.min(Math.max(probability, EPSILON), 1 - EPSILON));
    }
  }
  return losses;
}

import type { GrownTree, TreeShape } from './grown-tree.ts';
import { leafUnits, unitsPerLeafFor } from './leaf-units.ts';
import type { Forest } from './tree-ensemble.ts';

export interface EnsembleNames {
  readonly featureNames: readonly string[];
  readonly classes: readonly string[];
}

/**
 * Puts trees one after the other: codes become thresholds, rows in leaves become units of probability.
 * @param bounds upper bounds of each feature's bins, which the trees' codes count.
 */
export function assembleEnsemble(
  trees: readonly GrownTree[],
  bounds: readonly Float32Array[],
  names: EnsembleNames,
): Forest {
  const classCount = names.classes.length;
  const unitsPerLeaf = unitsPerLeafFor(trees.length);
  const { leafStarts, ...nodes } = placeTrees(trees, bounds);
  const units = new Int32Array(leafStarts[trees.length] * classCount);
  trees.forEach(({ leafCounts }, t) => {
    for (let start = 0; start < leafCounts.length; start += classCount) {
      const counts = leafCounts.subarray(start, start + classCount);
      units.set(leafUnits(counts, unitsPerLeaf), leafStarts[t] * classCount + start);
    }
  });
  return { ...names, ...nodes, leafUnits: units, unitsPerLeaf };
}

/** Nodes of trees one after the other, as TreeEnsemble has them. */
export interface PlacedTrees
  extends Pick<Forest, 'roots' | 'feature' | 'threshold' | 'left' | 'right' | 'nullGoesLeft'> {
  /** Number of each tree's first leaf in the ensemble, and of all leaves at the end. */
  readonly leafStarts: readonly number[];
}

export function placeTrees(trees: readonly TreeShape[], bounds: readonly Float32Array[]): PlacedTrees {
  const nodeStarts = startsOf(trees.map((tree) => tree.feature.length));
  // A tree in which each inner node has two children has half of its nodes, rounded up, for leaves.
  const leafStarts = startsOf(trees.map((tree) => (tree.feature.length + 1) / 2));
  const nodeCount = nodeStarts[trees.length];
  const placed = {
    roots: Int32Array.from(nodeStarts.slice(0, -1)),
    feature: new Int16Array(nodeCount),
    threshold: new Float32Array(nodeCount),
    left: new Int32Array(nodeCount),
    right: new Int32Array(nodeCount).fill(-1),
    nullGoesLeft: new Uint8Array(nodeCount),
    leafStarts,
  };
  trees.forEach((tree, t) => {
    placeNodes(placed, tree, bounds, nodeStarts[t], leafStarts[t]);
  });
  return placed;
}

function placeNodes(
  placed: PlacedTrees,
  tree: TreeShape,
  bounds: readonly Float32Array[],
  nodeStart: number,
  leafStart: number,
): void {
  placed.feature.set(tree.feature, nodeStart);
  placed.nullGoesLeft.set(tree.nullGoesLeft, nodeStart);
  tree.feature.forEach((feature, i) => {
    const isLeaf = feature < 0;
    placed.left[nodeStart + i] = tree.left[i] + (isLeaf ? leafStart : nodeStart);
    if (isLeaf) return;
    placed.right[nodeStart + i] = tree.right[i] + nodeStart;
    placed.threshold[nodeStart + i] = bounds[feature][tree.code[i] - 1];
  });
}

/** Where each part begins if parts of these lengths follow each other, and at last where the last one ends. */
function startsOf(lengths: readonly number[]): number[] {
  const starts = [0];
  for (const length of lengths) starts.push(starts[starts.length - 1] + length);
  return starts;
}

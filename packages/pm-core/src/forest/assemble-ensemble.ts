import type { GrownTree } from './grown-tree.ts';
import { leafUnits, unitsPerLeafFor } from './leaf-units.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';

/**
 * Puts trees one after the other: codes become thresholds, rows in leaves become units of probability.
 * @param bounds upper bounds of each feature's bins, which the trees' codes count.
 */
export function assembleEnsemble(
  trees: readonly GrownTree[],
  bounds: readonly Float32Array[],
  names: { readonly featureNames: readonly string[]; readonly classes: readonly string[] },
): TreeEnsemble {
  const nodeStarts = startsOf(trees.map((tree) => tree.feature.length));
  const leafStarts = startsOf(trees.map((tree) => tree.leafCounts.length / names.classes.length));
  const nodeCount = nodeStarts[trees.length];
  const unitsPerLeaf = unitsPerLeafFor(trees.length);
  const ensemble = {
    ...names,
    roots: Int32Array.from(nodeStarts.slice(0, -1)),
    feature: new Int16Array(nodeCount),
    threshold: new Float32Array(nodeCount),
    left: new Int32Array(nodeCount),
    right: new Int32Array(nodeCount).fill(-1),
    nullGoesLeft: new Uint8Array(nodeCount),
    leafUnits: new Int32Array(leafStarts[trees.length] * names.classes.length),
    unitsPerLeaf,
  };
  trees.forEach((tree, t) => {
    placeNodes(ensemble, tree, bounds, nodeStarts[t], leafStarts[t]);
    placeLeaves(ensemble, tree, leafStarts[t]);
  });
  return ensemble;
}

function placeNodes(
  ensemble: TreeEnsemble,
  tree: GrownTree,
  bounds: readonly Float32Array[],
  nodeStart: number,
  leafStart: number,
): void {
  ensemble.feature.set(tree.feature, nodeStart);
  ensemble.nullGoesLeft.set(tree.nullGoesLeft, nodeStart);
  tree.feature.forEach((feature, i) => {
    const isLeaf = feature < 0;
    ensemble.left[nodeStart + i] = tree.left[i] + (isLeaf ? leafStart : nodeStart);
    if (isLeaf) return;
    ensemble.right[nodeStart + i] = tree.right[i] + nodeStart;
    ensemble.threshold[nodeStart + i] = bounds[feature][tree.code[i] - 1];
  });
}

function placeLeaves(ensemble: TreeEnsemble, { leafCounts }: GrownTree, leafStart: number): void {
  const classCount = ensemble.classes.length;
  for (let start = 0; start < leafCounts.length; start += classCount) {
    const units = leafUnits(leafCounts.subarray(start, start + classCount), ensemble.unitsPerLeaf);
    ensemble.leafUnits.set(units, leafStart * classCount + start);
  }
}

/** Where each part begins if parts of these lengths follow each other, and at last where the last one ends. */
function startsOf(lengths: readonly number[]): number[] {
  const starts = [0];
  for (const length of lengths) starts.push(starts[starts.length - 1] + length);
  return starts;
}

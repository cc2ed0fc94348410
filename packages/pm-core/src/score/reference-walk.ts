import type { TreeEnsemble } from '../forest/tree-ensemble.ts';

/** The leaf (its node) that a row reaches in the tree of `root`: TreeEnsemble's definition, word for word. */
export function walkToLeaf(ensemble: TreeEnsemble, root: number, row: ArrayLike<number>): number {
  let node = root;
  while (ensemble.feature[node] >= 0) {
    const value = row[ensemble.feature[node]];
    const goesLeft = Number.isNaN(value)
      ? ensemble.nullGoesLeft[node] === 1
      : value <= ensemble.threshold[node];
    node = goesLeft ? ensemble.left[node] : ensemble.right[node];
  }
  return node;
}

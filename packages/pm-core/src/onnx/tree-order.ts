import type { TreeEnsemble } from '../forest/tree-ensemble.ts';

/** Nodes of all trees in one fixed order: tree after tree, each in preorder (node, left subtree, right subtree). */
export interface TreeOrder {
  /** Index in the ensemble of the node at each position. */
  readonly nodes: Int32Array;
  /** Position of each tree's root, and the number of positions at the end. */
  readonly treeStart: Int32Array;
  /** Position of each of the ensemble's nodes; −1 for one that no tree holds. */
  readonly position: Int32Array;
}

/** @throws Error where a node is reached twice or an index leads out of the arrays: then the arrays are not trees. */
export function treeOrder(ensemble: TreeEnsemble): TreeOrder {
  const nodeCount = ensemble.feature.length;
  const nodes = new Int32Array(nodeCount);
  const position = new Int32Array(nodeCount).fill(-1);
  const treeStart = new Int32Array(ensemble.roots.length + 1);
  let placed = 0;
  ensemble.roots.forEach((root, tree) => {
    treeStart[tree] = placed;
    const waiting = [root];
    while (waiting.length > 0) {
      const node = waiting.pop() as number;
      if (position[node] !== -1)
        throw new Error(`tree ${tree}: node ${node} does not exist or has two parents`);
      position[node] = placed;
      nodes[placed++] = node;
      if (ensemble.feature[node] >= 0) waiting.push(ensemble.right[node], ensemble.left[node]);
    }
  });
  treeStart[ensemble.roots.length] = placed;
  return { nodes: nodes.subarray(0, placed), treeStart, position };
}

import { binCode } from './bin-code.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';

/** Thresholds of each feature that any node uses, ascending, each once: codes by them (see bin-code.ts) decide every split. */
export function thresholdsInUse(ensemble: TreeEnsemble): Float32Array[] {
  const used = ensemble.featureNames.map(() => new Set<number>());
  for (let node = 0; node < ensemble.feature.length; node++) {
    if (ensemble.feature[node] >= 0) used[ensemble.feature[node]].add(ensemble.threshold[node]);
  }
  return used.map((thresholds) => Float32Array.from(thresholds).sort());
}

/**
 * A tree as the predictor walks it: nodes level by level, so that a right child stands next to its left sibling; a leaf sends
 * every row to itself, so that all rows take as many steps as the tree is deep.
 */
export interface CodedTree {
  /** Two words a node: its left child, and `feature << 17 | code << 1 | 1 if nulls go right`. */
  readonly nodes: Int32Array;
  /** Of a leaf its number in the ensemble; −1 of an inner node. */
  readonly leaf: Int32Array;
  readonly depth: number;
}

/** Greatest code; of all features together, so that a leaf's test holds for any. */
const LAST_CODE = 0xffff;

export function codedTrees(ensemble: TreeEnsemble, bounds: readonly Float32Array[]): CodedTree[] {
  const room = new Int32Array(ensemble.feature.length);
  return Array.from(ensemble.roots, (root) => codedTree(ensemble, bounds, { root, room }));
}

/** @param room for the nodes of the tree in the order in which they are walked. */
function codedTree(
  ensemble: TreeEnsemble,
  bounds: readonly Float32Array[],
  { root, room: order }: { root: number; room: Int32Array },
): CodedTree {
  const { feature, left, right } = ensemble;
  let [nodeCount, depth] = [1, -1];
  order[0] = root;
  for (let levelStart = 0; levelStart < nodeCount; depth++) {
    const levelEnd = nodeCount;
    for (let i = levelStart; i < levelEnd; i++) {
      if (feature[order[i]] < 0) continue;
      order[nodeCount++] = left[order[i]];
      order[nodeCount++] = right[order[i]];
    }
    levelStart = levelEnd;
  }
  const nodes = new Int32Array(2 * nodeCount);
  const leaf = new Int32Array(nodeCount).fill(-1);
  for (let i = 0, child = 1; i < nodeCount; i++) {
    const node = order[i];
    const isLeaf = feature[node] < 0;
    nodes[2 * i] = isLeaf ? i : child;
    nodes[2 * i + 1] = isLeaf ? LAST_CODE << 1 : testOf(ensemble, node, bounds);
    if (isLeaf) leaf[i] = left[node];
    else child += 2;
  }
  return { nodes, leaf, depth };
}

function testOf(
  { feature, threshold, nullGoesLeft }: TreeEnsemble,
  node: number,
  bounds: readonly Float32Array[],
): number {
  const code = binCode(threshold[node], bounds[feature[node]]);
  return (feature[node] << 17) | (code << 1) | (1 - nullGoesLeft[node]);
}

/** Row i's codes start at `i × featureCount`; the leaf it ends in adds its units to `sums[i × classCount …]`. */
export interface CodedBlock {
  readonly codes: Uint16Array;
  readonly featureCount: number;
  readonly sums: Int32Array;
  readonly classCount: number;
}

/**
 * Walks the rows of a block through a tree. Four rows go side by side: a step waits for memory, and meanwhile the other three
 * may take theirs.
 * @param rowCount any number; the block has room for it rounded up to a multiple of four.
 */
export function addLeafUnits(
  block: CodedBlock,
  tree: CodedTree,
  leafUnits: Int32Array,
  rowCount: number,
): void {
  const { codes, featureCount } = block;
  const { nodes, depth } = tree;
  for (let row = 0; row < rowCount; row += 4) {
    const row0 = row * featureCount;
    const row1 = row0 + featureCount;
    const row2 = row1 + featureCount;
    const row3 = row2 + featureCount;
    let [node0, node1, node2, node3] = [0, 0, 0, 0];
    for (let step = 0; step < depth; step++) {
      node0 = nextNode(nodes, node0, codes, row0);
      node1 = nextNode(nodes, node1, codes, row1);
      node2 = nextNode(nodes, node2, codes, row2);
      node3 = nextNode(nodes, node3, codes, row3);
    }
    addUnits(block, row, leafUnits, tree.leaf[node0]);
    addUnits(block, row + 1, leafUnits, tree.leaf[node1]);
    addUnits(block, row + 2, leafUnits, tree.leaf[node2]);
    addUnits(block, row + 3, leafUnits, tree.leaf[node3]);
  }
}

/** The feature that an inner node tests. */
export const testedFeature = (nodes: Int32Array, node: number): number => nodes[2 * node + 1] >>> 17;

/** One step of a walk. */
export function nextNode(nodes: Int32Array, node: number, codes: Uint16Array, rowStart: number): number {
  const test = nodes[2 * node + 1];
  return nodes[2 * node] + side(test, codes[rowStart + (test >>> 17)]);
}

/** One step of a walk with this code of the feature that the node tests. */
export const childByCode = (nodes: Int32Array, node: number, code: number): number =>
  nodes[2 * node] + side(nodes[2 * node + 1], code);

/** 0 for left, 1 for right, without a branch; see partitionRows for the treatment of nulls. */
function side(test: number, code: number): number {
  const less = test & 1;
  const last = ((test >>> 1) & LAST_CODE) - less;
  return (last - ((code - less) & LAST_CODE)) >>> 31;
}

function addUnits({ sums, classCount }: CodedBlock, row: number, leafUnits: Int32Array, leaf: number): void {
  for (let c = 0; c < classCount; c++) sums[row * classCount + c] += leafUnits[leaf * classCount + c];
}

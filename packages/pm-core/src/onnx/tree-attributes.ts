import { isBoosted, MAX_UNIT_SUM, type TreeEnsemble } from '../forest/tree-ensemble.ts';
import type { AttributeValue } from './onnx-model.ts';
import type { TreeOrder } from './tree-order.ts';

type Attributes = Readonly<Record<string, AttributeValue>>;

export const LEAF = 'LEAF';
const BRANCH = 'BRANCH_LEQ';

/** The nodes_* attributes of a TreeEnsembleRegressor; a node's id is its position in its tree. */
export function nodeAttributes(ensemble: TreeEnsemble, order: TreeOrder): Attributes {
  const count = order.nodes.length;
  const featureIds = new Int32Array(count);
  const thresholds = new Float32Array(count);
  const leftIds = new Int32Array(count);
  const rightIds = new Int32Array(count);
  const nullGoesLeft = new Int32Array(count);
  const modes = new Array<string>(count).fill(LEAF);
  const { treeIds, nodeIds } = identities(order);
  for (let at = 0; at < count; at++) {
    const node = order.nodes[at];
    if (ensemble.feature[node] < 0) continue;
    checkBranch(ensemble, node);
    const start = order.treeStart[treeIds[at]];
    modes[at] = BRANCH;
    featureIds[at] = ensemble.feature[node];
    thresholds[at] = ensemble.threshold[node];
    leftIds[at] = order.position[ensemble.left[node]] - start;
    rightIds[at] = order.position[ensemble.right[node]] - start;
    nullGoesLeft[at] = ensemble.nullGoesLeft[node];
  }
  return {
    nodes_treeids: treeIds,
    nodes_nodeids: nodeIds,
    nodes_featureids: featureIds,
    nodes_modes: modes,
    nodes_values: thresholds,
    nodes_truenodeids: leftIds,
    nodes_falsenodeids: rightIds,
    nodes_missing_value_tracks_true: nullGoesLeft,
  };
}

/** The target_* attributes that give each leaf its class units, zeros too: a runtime never has to guess what is missing. */
export function unitTargets(ensemble: TreeEnsemble, order: TreeOrder): Attributes {
  const leaves = leafPositions(ensemble, order);
  const classCount = ensemble.classes.length;
  const weights = new Float32Array(leaves.length * classCount);
  leaves.forEach((at, leaf) => {
    const units = leafUnits(ensemble, order.nodes[at]);
    weights.set(units, leaf * classCount);
  });
  checkSums(weights, leaves, order, classCount);
  return targets(order, leaves, { targetsPerLeaf: classCount, targetOf: (_, index) => index, weights });
}

/** The target_* attributes that make each leaf say its own position in its tree, one target a tree. */
export function leafTargets(ensemble: TreeEnsemble, order: TreeOrder): Attributes {
  const leaves = leafPositions(ensemble, order);
  const { treeIds, nodeIds } = identities(order);
  const weights = Float32Array.from(leaves, (at) => nodeIds[at]);
  return targets(order, leaves, { targetsPerLeaf: 1, targetOf: (at) => treeIds[at], weights });
}

interface Targets {
  readonly targetsPerLeaf: number;
  readonly targetOf: (position: number, index: number) => number;
  readonly weights: Float32Array;
}

function targets(
  order: TreeOrder,
  leaves: Int32Array,
  { targetsPerLeaf, targetOf, weights }: Targets,
): Attributes {
  const { treeIds, nodeIds } = identities(order);
  const targetTreeIds = new Int32Array(weights.length);
  const targetNodeIds = new Int32Array(weights.length);
  const targetIds = new Int32Array(weights.length);
  leaves.forEach((at, leaf) => {
    for (let index = 0; index < targetsPerLeaf; index++) {
      const entry = leaf * targetsPerLeaf + index;
      targetTreeIds[entry] = treeIds[at];
      targetNodeIds[entry] = nodeIds[at];
      targetIds[entry] = targetOf(at, index);
    }
  });
  return {
    target_treeids: targetTreeIds,
    target_nodeids: targetNodeIds,
    target_ids: targetIds,
    target_weights: weights,
  };
}

/** Tree and, within it, id of the node at each position. */
function identities({ nodes, treeStart }: TreeOrder): { treeIds: Int32Array; nodeIds: Int32Array } {
  const treeIds = new Int32Array(nodes.length);
  const nodeIds = new Int32Array(nodes.length);
  for (let tree = 0; tree + 1 < treeStart.length; tree++) {
    for (let at = treeStart[tree]; at < treeStart[tree + 1]; at++) {
      treeIds[at] = tree;
      nodeIds[at] = at - treeStart[tree];
    }
  }
  return { treeIds, nodeIds };
}

function leafPositions(ensemble: TreeEnsemble, order: TreeOrder): Int32Array {
  return Int32Array.from(order.nodes.keys()).filter((at) => ensemble.feature[order.nodes[at]] < 0);
}

function leafUnits(ensemble: TreeEnsemble, node: number): Int32Array {
  const classCount = ensemble.classes.length;
  const leaf = ensemble.left[node];
  const units = ensemble.leafUnits.subarray(leaf * classCount, (leaf + 1) * classCount);
  if (units.length !== classCount) {
    throw new Error(`leaf ${leaf} (node ${node}) has ${units.length} classes, not ${classCount}`);
  }
  if (!isBoosted(ensemble)) checkShares(units, ensemble.unitsPerLeaf, leaf);
  return units;
}

function checkShares(units: Int32Array, unitsPerLeaf: number, leaf: number): void {
  const sum = units.reduce((total, unit) => total + unit, 0);
  if (sum === unitsPerLeaf && units.every((unit) => unit >= 0)) return;
  throw new Error(`leaf ${leaf} has ${sum} units, some below 0 perhaps, not ${unitsPerLeaf} that are not`);
}

/** Whatever leaves a row ends in, and in whatever order they are added, no sum may leave what float32 counts one by one. */
function checkSums(weights: Float32Array, leaves: Int32Array, order: TreeOrder, classCount: number): void {
  const { treeIds } = identities(order);
  const greatest = new Float64Array((order.treeStart.length - 1) * classCount);
  weights.forEach((units, entry) => {
    const at = treeIds[leaves[Math.floor(entry / classCount)]] * classCount + (entry % classCount);
    greatest[at] = Math.max(greatest[at], Math.abs(units));
  });
  for (let c = 0; c < classCount; c++) {
    let sum = 0;
    for (let at = c; at < greatest.length; at += classCount) sum += greatest[at];
    if (sum > MAX_UNIT_SUM) throw new Error(`units of class ${c} may sum to ${sum}, more than 2^24`);
  }
}

function checkBranch({ feature, featureNames, threshold, nullGoesLeft }: TreeEnsemble, node: number): void {
  if (feature[node] >= featureNames.length)
    throw new Error(`node ${node} splits on feature ${feature[node]}`);
  if (Number.isNaN(threshold[node])) throw new Error(`node ${node} has no threshold`);
  if (nullGoesLeft[node] > 1) throw new Error(`node ${node}: nullGoesLeft is ${nullGoesLeft[node]}`);
}

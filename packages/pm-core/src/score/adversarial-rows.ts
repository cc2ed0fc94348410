import type { TreeEnsemble } from '../forest/tree-ensemble.ts';
import { type Random, seededRandom } from '../random.ts';
import { nextDown, nextUp } from './float32-neighbours.ts';

/** Cells that runtimes have read differently: null, signed zeros, subnormals, the smallest normal, the largest, infinities. */
const EDGE_CELLS = [
  Number.NaN,
  0,
  -0,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  -(2 ** -126),
  3.4028234663852886e38,
  -3.4028234663852886e38,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];

/**
 * Rows (each one value a feature) made to be scored wrongly. For a seeded choice of branches, all if there are at most
 * `maxBranches` and else the same number for every feature: a real row, changed so that it arrives at the branch, with the float
 * below its threshold, the threshold itself, the float above, and null. And each edge cell in each feature alone and in all.
 * @param realRows where the other cells come from; if empty, they are zeros.
 */
export function adversarialRows(
  ensemble: TreeEnsemble,
  realRows: readonly Float32Array[],
  { seed, maxBranches }: { seed: number; maxBranches: number },
): Float32Array[] {
  const random = seededRandom(seed);
  const parents = parentsOf(ensemble);
  const realRow = () =>
    realRows[Math.floor(random() * realRows.length)] ?? new Float32Array(ensemble.featureNames.length);
  const atBranches = chooseBranches(ensemble, { random, maxBranches }).flatMap((node) => {
    const row = rowThatReaches(ensemble, { node, parents, from: realRow() });
    const threshold = ensemble.threshold[node];
    return [nextDown(threshold), threshold, nextUp(threshold), Number.NaN].map((value) =>
      row.with(ensemble.feature[node], value),
    );
  });
  const atEdges = EDGE_CELLS.flatMap((cell) => [
    new Float32Array(ensemble.featureNames.length).fill(cell),
    ...ensemble.featureNames.map((_, feature) => realRow().with(feature, cell)),
  ]);
  return [...atEdges, ...atBranches];
}

/** Parent of each node; −1 for a root. */
function parentsOf({ feature, left, right }: TreeEnsemble): Int32Array {
  const parents = new Int32Array(feature.length).fill(-1);
  feature.forEach((index, node) => {
    if (index < 0) return;
    parents[left[node]] = node;
    parents[right[node]] = node;
  });
  return parents;
}

function chooseBranches(
  { feature, featureNames }: TreeEnsemble,
  { random, maxBranches }: { random: Random; maxBranches: number },
): number[] {
  const branches = [...feature.keys()].filter((node) => feature[node] >= 0);
  if (branches.length <= maxBranches) return branches;
  shuffle(branches, random);
  const used = new Set(branches.map((node) => feature[node])).size;
  const room = new Int32Array(featureNames.length).fill(Math.floor(maxBranches / used));
  return branches.filter((node) => room[feature[node]]-- > 0);
}

function shuffle(items: number[], random: Random): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [items[last], items[other]] = [items[other], items[last]];
  }
}

/** A copy of `from` with the least changes that lead it down to `node`; where the path contradicts itself, as far as it goes. */
function rowThatReaches(
  { feature, threshold, left }: TreeEnsemble,
  { node, parents, from }: { node: number; parents: Int32Array; from: Float32Array },
): Float32Array {
  const row = from.slice();
  const atLeast = new Float32Array(row.length).fill(Number.NEGATIVE_INFINITY);
  const atMost = new Float32Array(row.length).fill(Number.POSITIVE_INFINITY);
  for (let child = node, parent = parents[node]; parent >= 0; child = parent, parent = parents[parent]) {
    const index = feature[parent];
    if (left[parent] === child) atMost[index] = Math.min(atMost[index], threshold[parent]);
    else atLeast[index] = Math.max(atLeast[index], nextUp(threshold[parent]));
    if (Number.isNaN(row[index]) || row[index] > atMost[index]) row[index] = atMost[index];
    if (row[index] < atLeast[index]) row[index] = atLeast[index];
  }
  return row;
}

import { deriveSeed } from '../random.ts';
import type { BinnedMatrix } from './binned-matrix.ts';
import { drawFeatures, type NodePath, SAMPLE_PATH } from './feature-draw.ts';
import { type GrownTree, NodeList } from './grown-tree.ts';
import { countRows, type Histograms } from './histogram.ts';
import { allocateRows, drawRows, type PackedRows, packClasses, partitionRows } from './packed-rows.ts';
import { findBestSplit, leftCounts } from './splitting.ts';

/** What all trees of a forest grow from, in shared memory. */
export interface GrowthData {
  readonly binned: BinnedMatrix;
  /** Class of each row, below `classCount`. */
  readonly labels: Uint8Array;
  readonly classCount: number;
}

export interface GrowthRules {
  /** Rows drawn for each tree, without replacement. */
  readonly sampleRows: number;
  /** Features drawn at each node. */
  readonly featuresPerNode: number;
  /** Splits on the longest path from the root; ≤ 30. */
  readonly maxDepth: number;
  readonly minRowsPerLeaf: number;
}

/** Grows the tree of a seed. The memory it works in is allocated once and used by one tree after the other. */
export type TreeGrower = (treeSeed: number) => GrownTree;

export function createTreeGrower(data: GrowthData, rules: GrowthRules): TreeGrower {
  const workspace = allocateWorkspace(data, rules);
  return (treeSeed) => {
    const { rows } = workspace;
    const nodes = new NodeList(data.binned.bounds.length);
    const draw = { rowCount: data.labels.length, wanted: rules.sampleRows };
    drawRows(rows.packed, draw, deriveSeed(treeSeed, SAMPLE_PATH));
    packClasses(rows, data.labels, rules.sampleRows);
    const totals = countClasses(rows, rules.sampleRows, data.classCount);
    const root = { start: 0, end: rules.sampleRows, path: 1, depth: 0, totals };
    growNode({ ...workspace, treeSeed, nodes }, root);
    return { ...nodes.shape(), leafCounts: nodes.leafValues() };
  };
}

function allocateWorkspace(data: GrowthData, rules: GrowthRules): Workspace {
  const { binned, classCount } = data;
  const valueCodes = Int32Array.from(binned.bounds, (bounds) => bounds.length);
  const codeCount = Math.max(...valueCodes) + 1;
  const counts = new Int32Array(rules.featuresPerNode * classCount * codeCount);
  const rows = allocateRows(binned, classCount);
  return { ...data, rules, valueCodes, histograms: { counts, classCount, codeCount }, rows };
}

interface Workspace extends GrowthData {
  readonly rules: GrowthRules;
  readonly rows: PackedRows;
  readonly valueCodes: Int32Array;
  readonly histograms: Histograms;
}

interface Growth extends Workspace {
  readonly treeSeed: number;
  readonly nodes: NodeList;
}

/** A node to be grown from the rows at start ≤ i < end. */
interface GrowingNode {
  readonly start: number;
  readonly end: number;
  readonly path: NodePath;
  readonly depth: number;
  /** Rows of each class. */
  readonly totals: Int32Array;
}

/** Leaves that are known before their rows are looked at. */
function isLeaf({ maxDepth, minRowsPerLeaf }: GrowthRules, { depth, totals }: GrowingNode): boolean {
  const rowCount = totals.reduce((sum, count) => sum + count, 0);
  return depth === maxDepth || rowCount < 2 * minRowsPerLeaf || totals.includes(rowCount);
}

/** Grows a node and all below it, and returns its index. */
function growNode(growth: Growth, node: GrowingNode): number {
  const { start, end, path, totals } = node;
  const { rules, rows, nodes, histograms, valueCodes } = growth;
  if (isLeaf(rules, node)) return nodes.addLeaf(totals);
  const features = drawFeatures(valueCodes.length, rules.featuresPerNode, growth.treeSeed, path);
  countRows(histograms, features, rows, start, end);
  const candidates = { histograms, features, totals, valueCodes, minRowsPerLeaf: rules.minRowsPerLeaf };
  const split = findBestSplit(candidates);
  if (split === undefined) return nodes.addLeaf(totals);
  const leftTotals = leftCounts(candidates, split);
  const rightTotals = totals.map((count, classNumber) => count - leftTotals[classNumber]);
  const depth = node.depth + 1;
  const index = nodes.addSplit(split);
  const left = { start, end, path: 2 * path, depth, totals: leftTotals };
  const right = { start, end, path: 2 * path + 1, depth, totals: rightTotals };
  if (isLeaf(rules, left) && isLeaf(rules, right)) {
    nodes.setChildren(index, nodes.addLeaf(leftTotals), nodes.addLeaf(rightTotals));
    return index;
  }
  const middle = partitionRows(rows, start, end, split);
  nodes.setChildren(
    index,
    growNode(growth, { ...left, end: middle }),
    growNode(growth, { ...right, start: middle }),
  );
  return index;
}

function countClasses({ packed, classBits }: PackedRows, rowCount: number, classCount: number): Int32Array {
  const counts = new Int32Array(classCount);
  const classMask = (1 << classBits) - 1;
  for (let i = 0; i < rowCount; i++) counts[packed[i] & classMask]++;
  return counts;
}

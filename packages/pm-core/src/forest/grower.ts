import { deriveSeed, seededRandom } from '../random.ts';
import type { BinnedMatrix } from './binned-matrix.ts';
import { allocateCompactRows, compactCapacity, compactRows } from './compact-rows.ts';
import { drawFeatures, type NodePath, SAMPLE_PATH } from './feature-draw.ts';
import { countRows, type Histograms } from './histogram.ts';
import { allocateColumnRows, drawRows, type PackedRows, partitionRows } from './packed-rows.ts';
import { findBestSplit, leftCounts, type Split } from './splitting.ts';

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

/** One tree, its nodes in preorder (node, left subtree, right subtree); node 0 is the root. A leaf has `feature` −1. */
export interface GrownTree {
  readonly feature: Int16Array;
  /** Codes up to this one go left. */
  readonly code: Uint8Array;
  readonly nullGoesLeft: Uint8Array;
  /** Of an inner node its left child; of a leaf its number among the leaves. */
  readonly left: Int32Array;
  /** Of an inner node its right child; −1 in a leaf. */
  readonly right: Int32Array;
  /** Rows of each class in each leaf: leaf × classCount + class. */
  readonly leafCounts: Int32Array;
  /** Decrease of rows × gini impurity by all splits on each feature. */
  readonly gainByFeature: Float64Array;
}

/** Grows the tree of a seed. The memory it works in is allocated once and used by one tree after the other. */
export type TreeGrower = (treeSeed: number) => GrownTree;

export function createTreeGrower(data: GrowthData, rules: GrowthRules): TreeGrower {
  const { binned, classCount } = data;
  const rows = allocateColumnRows(binned, classCount, rules.sampleRows + 1);
  const codeCount = Math.max(...binned.bounds.map((bounds) => bounds.length)) + 1;
  const workspace: Workspace = {
    ...data,
    rules,
    rows,
    compact: allocateCompactRows(binned, rows),
    valueCodes: Int32Array.from(binned.bounds, (bounds) => bounds.length),
    histograms: {
      counts: new Int32Array(rules.featuresPerNode * classCount * codeCount),
      classCount,
      codeCount,
    },
  };
  return (treeSeed) => {
    const random = seededRandom(deriveSeed(treeSeed, SAMPLE_PATH));
    drawRows(rows, data.labels, rules.sampleRows, random);
    const nodes = new NodeList(binned.bounds.length);
    const totals = countClasses(rows, rules.sampleRows, classCount);
    growNode({ ...workspace, treeSeed, nodes }, rows, {
      start: 0,
      end: rules.sampleRows,
      path: 1,
      depth: 0,
      totals,
    });
    return nodes.toTree();
  };
}

interface Workspace extends GrowthData {
  readonly rules: GrowthRules;
  readonly rows: PackedRows;
  readonly compact: PackedRows;
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

/** Grows a node and all below it, and returns its index. */
function growNode(growth: Growth, rows: PackedRows, node: GrowingNode): number {
  if (isLeaf(growth.rules, node)) return growth.nodes.addLeaf(node.totals);
  const { binned, compact } = growth;
  const rowCount = node.end - node.start;
  if (rows !== compact && rowCount <= compactCapacity(binned)) {
    compactRows(compact, binned, rows, node.start, node.end);
    return splitNode(growth, compact, { ...node, start: 0, end: rowCount });
  }
  return splitNode(growth, rows, node);
}

/** Leaves that are known before their rows are looked at. */
function isLeaf({ maxDepth, minRowsPerLeaf }: GrowthRules, { depth, totals }: GrowingNode): boolean {
  const rowCount = totals.reduce((sum, count) => sum + count, 0);
  return depth === maxDepth || rowCount < 2 * minRowsPerLeaf || totals.includes(rowCount);
}

function splitNode(growth: Growth, rows: PackedRows, node: GrowingNode): number {
  const { start, end, path, totals } = node;
  const { rules, nodes, histograms, valueCodes } = growth;
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
    growNode(growth, rows, { ...left, end: middle }),
    growNode(growth, rows, { ...right, start: middle }),
  );
  return index;
}

function countClasses({ packed, classBits }: PackedRows, rowCount: number, classCount: number): Int32Array {
  const counts = new Int32Array(classCount);
  const classMask = (1 << classBits) - 1;
  for (let i = 0; i < rowCount; i++) counts[packed[i] & classMask]++;
  return counts;
}

/** The nodes of a tree while it grows. */
class NodeList {
  readonly #feature: number[] = [];
  readonly #code: number[] = [];
  readonly #nullGoesLeft: number[] = [];
  readonly #left: number[] = [];
  readonly #right: number[] = [];
  readonly #leafCounts: number[] = [];
  readonly #gainByFeature: Float64Array;
  #leafCount = 0;

  constructor(featureCount: number) {
    this.#gainByFeature = new Float64Array(featureCount);
  }

  addLeaf(totals: Int32Array): number {
    this.#leafCounts.push(...totals);
    return this.#add(-1, 0, false, this.#leafCount++);
  }

  addSplit({ feature, code, nullGoesLeft, gain }: Split): number {
    this.#gainByFeature[feature] += gain;
    return this.#add(feature, code, nullGoesLeft, -1);
  }

  setChildren(index: number, left: number, right: number): void {
    this.#left[index] = left;
    this.#right[index] = right;
  }

  #add(feature: number, code: number, nullGoesLeft: boolean, left: number): number {
    this.#feature.push(feature);
    this.#code.push(code);
    this.#nullGoesLeft.push(nullGoesLeft ? 1 : 0);
    this.#left.push(left);
    return this.#right.push(-1) - 1;
  }

  toTree(): GrownTree {
    return {
      feature: Int16Array.from(this.#feature),
      code: Uint8Array.from(this.#code),
      nullGoesLeft: Uint8Array.from(this.#nullGoesLeft),
      left: Int32Array.from(this.#left),
      right: Int32Array.from(this.#right),
      leafCounts: Int32Array.from(this.#leafCounts),
      gainByFeature: this.#gainByFeature,
    };
  }
}

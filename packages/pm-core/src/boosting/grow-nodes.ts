import { drawFeatures, type NodePath } from '../forest/feature-draw.ts';
import type { NodeList } from '../forest/grown-tree.ts';
import { type PackedRows, partitionRows } from '../forest/packed-rows.ts';
import {
  allocateHistograms,
  type GradientHistograms,
  type GradientPairs,
  type HistogramLayout,
  subtractHistograms,
  sumGradients,
} from './gradient-histogram.ts';
import {
  findBestGradientSplit,
  type GradientSplit,
  type GradientSums,
  leafStep,
  type Penalties,
} from './gradient-splitting.ts';

export interface BoostingRules {
  /** Training rows and features drawn for each tree, and of these features those tried at each node. */
  readonly sampleRows: number;
  readonly featuresPerTree: number;
  readonly featuresPerNode: number;
  /** Splits on the longest path from the root; ≤ 30. */
  readonly maxDepth: number;
  readonly penalties: Penalties;
  /** Units of a leaf for a step of 1, before rounding: learning rate × units per one. */
  readonly unitsPerStep: number;
  readonly maxLeafUnits: number;
}

/** A tree while it grows. */
export interface Growth {
  readonly rules: BoostingRules;
  readonly treeSeed: number;
  readonly nodes: NodeList;
  readonly valueCodes: Int32Array;
  /** First those that the tree learns from, then the others, which go through it for their margins only. */
  readonly rows: PackedRows;
  /** Of the tree's features, ascending. */
  readonly layout: HistogramLayout;
  readonly pairs: GradientPairs;
  readonly margins: Int32Array;
  /** Histograms that no node needs: a growing tree holds one more than it is deep. */
  readonly spareHistograms: GradientHistograms[];
}

/** Where a node's rows are, sampled and others; start ≤ i < end. */
interface NodeRows {
  readonly start: number;
  readonly end: number;
  readonly otherStart: number;
  readonly otherEnd: number;
}

interface GrowingNode extends NodeRows {
  readonly path: NodePath;
  readonly depth: number;
  readonly totals: GradientSums;
}

/** Grows the whole tree. */
export function growRoot(growth: Growth): void {
  const { rules, pairs, rows } = growth;
  const totals = sumPairs(pairs, rows, rules.sampleRows);
  const own = { start: 0, end: rules.sampleRows, otherStart: rules.sampleRows, otherEnd: rows.packed.length };
  const root = { ...own, path: 1, depth: 0, totals };
  if (isLeaf(rules, root)) addLeaf(growth, root);
  else growNode(growth, root, histogramsOf(growth, root));
}

/** Leaves that are known before their histograms are: too deep, or too light for two sides. */
function isLeaf({ maxDepth, penalties }: BoostingRules, { depth, totals, start, end }: GrowingNode): boolean {
  return depth === maxDepth || end - start < 2 || totals.second < 2 * penalties.minChildWeight;
}

/** Grows a node, whose histograms it may change, and all below it; returns its index. */
function growNode(growth: Growth, node: GrowingNode, histograms: GradientHistograms): number {
  const split = findSplit(growth, node, histograms);
  if (split === undefined) {
    growth.spareHistograms.push(histograms);
    return addLeaf(growth, node);
  }
  const index = growth.nodes.addSplit(split);
  const [left, right] = childrenOf(growth, node, split);
  const ofChildren = childHistograms(growth, left, right, histograms);
  const grow = (child: GrowingNode, own: GradientHistograms | undefined) =>
    own === undefined ? addLeaf(growth, child) : growNode(growth, child, own);
  const leftIndex = grow(left, ofChildren.left);
  growth.nodes.setChildren(index, leftIndex, grow(right, ofChildren.right));
  return index;
}

function findSplit(
  { rules, layout, treeSeed, valueCodes }: Growth,
  { totals, path }: GrowingNode,
  histograms: GradientHistograms,
): GradientSplit | undefined {
  const slots = drawFeatures(layout.features.length, rules.featuresPerNode, treeSeed, path);
  return findBestGradientSplit({
    histograms,
    layout,
    slots,
    totals,
    valueCodes,
    penalties: rules.penalties,
  });
}

function childrenOf(
  { rows }: Growth,
  { start, end, otherStart, otherEnd, path, depth, totals }: GrowingNode,
  split: GradientSplit,
): [GrowingNode, GrowingNode] {
  const middle = partitionRows(rows, start, end, split);
  const otherMiddle = partitionRows(rows, otherStart, otherEnd, split);
  const rightTotals = {
    first: totals.first - split.left.first,
    second: totals.second - split.left.second,
  };
  return [
    {
      ...{ start, end: middle, otherStart, otherEnd: otherMiddle },
      ...{ path: 2 * path, depth: depth + 1, totals: split.left },
    },
    {
      ...{ start: middle, end, otherStart: otherMiddle, otherEnd },
      ...{ path: 2 * path + 1, depth: depth + 1, totals: rightTotals },
    },
  ];
}

/** Those of the child with fewer rows are summed, and what is left of the parent's are the other's. A leaf gets none. */
function childHistograms(
  growth: Growth,
  left: GrowingNode,
  right: GrowingNode,
  parents: GradientHistograms,
): { left?: GradientHistograms; right?: GradientHistograms } {
  const { rules, spareHistograms } = growth;
  const isLeftLeaf = isLeaf(rules, left);
  const isRightLeaf = isLeaf(rules, right);
  if (isLeftLeaf && isRightLeaf) {
    spareHistograms.push(parents);
    return {};
  }
  const isLeftSmaller = left.end - left.start <= right.end - right.start;
  const ofSmaller = histogramsOf(growth, isLeftSmaller ? left : right);
  subtractHistograms(parents, ofSmaller, growth.layout);
  const found = isLeftSmaller ? { left: ofSmaller, right: parents } : { left: parents, right: ofSmaller };
  if (isLeftLeaf) spareHistograms.push(found.left);
  if (isRightLeaf) spareHistograms.push(found.right);
  return { ...(isLeftLeaf ? {} : { left: found.left }), ...(isRightLeaf ? {} : { right: found.right }) };
}

function histogramsOf(growth: Growth, { start, end }: NodeRows): GradientHistograms {
  const { spareHistograms, valueCodes, layout, pairs, rows } = growth;
  const histograms = spareHistograms.pop() ?? allocateHistograms(valueCodes);
  sumGradients(histograms, layout, pairs, rows, start, end);
  return histograms;
}

/** A leaf's units go to the margins of all rows in it. */
function addLeaf({ rules, nodes, margins, rows }: Growth, node: GrowingNode): number {
  const wanted = Math.round(leafStep(node.totals, rules.penalties) * rules.unitsPerStep);
  const units = Math.max(-rules.maxLeafUnits, Math.min(wanted, rules.maxLeafUnits));
  for (let i = node.start; i < node.end; i++) margins[rows.packed[i]] += units;
  for (let i = node.otherStart; i < node.otherEnd; i++) margins[rows.packed[i]] += units;
  return nodes.addLeaf([units]);
}

function sumPairs(pairs: GradientPairs, { packed }: PackedRows, rowCount: number): GradientSums {
  let first = 0;
  let second = 0;
  for (let i = 0; i < rowCount; i++) {
    first += pairs[2 * packed[i]];
    second += pairs[2 * packed[i] + 1];
  }
  return { first, second };
}

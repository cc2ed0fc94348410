import { drawFeatures } from '../forest/feature-draw.ts';
import { partitionRows } from '../forest/packed-rows.ts';
import { type GradientHistograms, slotTotals, sumGradients } from './gradient-histogram.ts';
import { findBestGradientSplit, type GradientSplit, leafStep } from './gradient-splitting.ts';
import type { GrowingNode, Growth } from './growth.ts';
import { give, handHistograms, takeHistograms } from './hand-histograms.ts';

/** Grows the whole tree. */
export function growRoot(growth: Growth): void {
  const { rules, layout, pairs, rows } = growth;
  const own = { start: 0, end: rules.sampleRows };
  const others = { start: rules.sampleRows, end: rows.packed.length };
  const histograms = takeHistograms(growth);
  sumGradients(histograms, layout, pairs, rows, own.start, own.end);
  const root: GrowingNode = { own, others, path: 1, depth: 0, totals: slotTotals(histograms, layout) };
  give(growth, root, histograms);
  growNode(growth, root);
}

/** Grows a node and all below it; returns its index. */
function growNode(growth: Growth, node: GrowingNode): number {
  const { nodes, spareHistograms } = growth;
  if (node.histograms === undefined) return addLeaf(growth, node);
  const split = findSplit(growth, node, node.histograms);
  if (split === undefined) {
    spareHistograms.push(node.histograms);
    return addLeaf(growth, node);
  }
  const index = nodes.addSplit(split);
  const [left, right] = childrenOf(growth, node, split);
  handHistograms(growth, node.histograms, left, right);
  const leftIndex = growNode(growth, left);
  nodes.setChildren(index, leftIndex, growNode(growth, right));
  return index;
}

function findSplit(
  { rules, layout, treeSeed }: Growth,
  { totals, path }: GrowingNode,
  histograms: GradientHistograms,
): GradientSplit | undefined {
  const slots = drawFeatures(layout.features.length, rules.featuresPerNode, treeSeed, path);
  return findBestGradientSplit({ histograms, layout, slots, totals, penalties: rules.penalties });
}

function childrenOf(
  { rows }: Growth,
  { own, others, path, depth, totals }: GrowingNode,
  split: GradientSplit,
): [GrowingNode, GrowingNode] {
  const middle = partitionRows(rows, own.start, own.end, split);
  const otherMiddle = partitionRows(rows, others.start, others.end, split);
  const left: GrowingNode = {
    own: { start: own.start, end: middle },
    others: { start: others.start, end: otherMiddle },
    path: 2 * path,
    depth: depth + 1,
    totals: split.left,
  };
  const right: GrowingNode = {
    own: { start: middle, end: own.end },
    others: { start: otherMiddle, end: others.end },
    path: 2 * path + 1,
    depth: depth + 1,
    totals: { first: totals.first - split.left.first, second: totals.second - split.left.second },
  };
  return [left, right];
}

/** A leaf's units go to the margins of all rows in it. */
function addLeaf({ rules, nodes, margins, rows }: Growth, node: GrowingNode): number {
  const wanted = Math.round(leafStep(node.totals, rules.penalties) * rules.unitsPerStep);
  const units = Math.max(-rules.maxLeafUnits, Math.min(wanted, rules.maxLeafUnits));
  for (const { start, end } of [node.own, node.others]) {
    for (let i = start; i < end; i++) margins[rows.packed[i]] += units;
  }
  return nodes.addLeaf([units]);
}

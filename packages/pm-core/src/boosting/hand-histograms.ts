import {
  allocateHistograms,
  type GradientHistograms,
  layoutSize,
  subtractHistograms,
  sumGradients,
} from './gradient-histogram.ts';
import { type GrowingNode, type Growth, isLeaf } from './growth.ts';

/**
 * Gives each child that is no leaf its histograms. Those of the larger one are what the smaller one's leave of the parent's; or,
 * if it has few rows, its own sums: they take three times as long as the differences, a place each.
 */
export function handHistograms(
  growth: Growth,
  parents: GradientHistograms,
  left: GrowingNode,
  right: GrowingNode,
): void {
  const { rules, layout } = growth;
  const [smaller, larger] = rowsOf(left) <= rowsOf(right) ? [left, right] : [right, left];
  const isLong = 3 * rowsOf(larger) * layout.features.length > layoutSize(layout);
  const isSubtracted = isLong && !isLeaf(rules, larger);
  const spare = takeHistograms(growth);
  if (isSubtracted || !isLeaf(rules, smaller)) sumRows(growth, smaller, spare);
  if (isSubtracted) subtractHistograms(parents, spare, layout);
  else if (!isLeaf(rules, larger)) sumRows(growth, larger, parents);
  give(growth, smaller, spare);
  give(growth, larger, parents);
}

const rowsOf = ({ own }: GrowingNode): number => own.end - own.start;

/** Gives a node its histograms; a leaf needs none. */
export function give(
  { rules, spareHistograms }: Growth,
  node: GrowingNode,
  histograms: GradientHistograms,
): void {
  if (isLeaf(rules, node)) spareHistograms.push(histograms);
  else node.histograms = histograms;
}

/** Room for the histograms of a node. */
export const takeHistograms = ({ spareHistograms, valueCodes }: Growth): GradientHistograms =>
  spareHistograms.pop() ?? allocateHistograms(valueCodes);

function sumRows(
  { layout, pairs, rows }: Growth,
  { own }: GrowingNode,
  histograms: GradientHistograms,
): void {
  sumGradients(histograms, layout, pairs, rows, own.start, own.end);
}

import type { NodePath } from '../forest/feature-draw.ts';
import type { NodeList } from '../forest/grown-tree.ts';
import type { PackedRows } from '../forest/packed-rows.ts';
import type {
  GradientHistograms,
  GradientPairs,
  GradientSums,
  HistogramLayout,
} from './gradient-histogram.ts';
import type { Penalties } from './gradient-splitting.ts';

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

/** The rows at start ≤ i < end. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** A node that is to become a leaf or a split. */
export interface GrowingNode {
  /** Its rows that the tree learns from, and the others that come here. */
  readonly own: RowRange;
  readonly others: RowRange;
  readonly path: NodePath;
  readonly depth: number;
  readonly totals: GradientSums;
  /** None of a leaf that is known before; else they are the node's to change and to give back. */
  histograms?: GradientHistograms;
}

/** Leaves that are known before their histograms are: too deep, or too light for two sides. */
export function isLeaf({ maxDepth, penalties }: BoostingRules, { depth, totals, own }: GrowingNode): boolean {
  return depth === maxDepth || own.end - own.start < 2 || totals.second < 2 * penalties.minChildWeight;
}

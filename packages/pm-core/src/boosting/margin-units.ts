import { MAX_UNIT_SUM } from '../forest/tree-ensemble.ts';

/** Longest step of a leaf before the learning rate, and farthest start, as XGBoost's max_delta_step would set it. */
const MAX_STEP = 16;

/** The grid that margins live on, in training as in any runtime of the exported model. */
export interface MarginUnits {
  /** A power of two. */
  readonly unitsPerOne: number;
  /** Most units of a leaf, in either direction. */
  readonly maxLeafUnits: number;
}

/**
 * The finest grid on which the start and `rounds` leaves of the longest step stay within ±2^24 units, so that float32 sums are
 * exact (see TreeEnsemble). Training goes by the rounded margins itself: what one tree loses the next ones make good.
 */
export function marginUnits({ rounds, learningRate }: { rounds: number; learningRate: number }): MarginUnits {
  const farthest = MAX_STEP * (1 + rounds * learningRate);
  const unitsPerOne = 2 ** Math.floor(Math.log2(MAX_UNIT_SUM / farthest));
  return { unitsPerOne, maxLeafUnits: Math.floor(MAX_STEP * learningRate * unitsPerOne) };
}

/**
 * Margins before the first tree, in units: the logarithms of the classes' shares of the weighted rows, or with two classes
 * the log odds of the second. Each class has one row more than it has, so that none is impossible.
 */
export function startingUnits(
  labels: Uint8Array,
  weights: Float64Array,
  { unitsPerOne }: MarginUnits,
): Int32Array {
  const sums = new Float64Array(weights.length).fill(1);
  for (const label of labels) sums[label] += weights[label];
  const total = sums.reduce((all, sum) => all + sum, 0);
  const margins =
    weights.length === 2 ? [Math.log(sums[1] / sums[0])] : Array.from(sums, (sum) => Math.log(sum / total));
  return Int32Array.from(margins, (margin) => {
    return Math.round(Math.max(-MAX_STEP, Math.min(margin, MAX_STEP)) * unitsPerOne);
  });
}

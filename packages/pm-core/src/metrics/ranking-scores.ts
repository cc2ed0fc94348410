import { sortWholes } from '../sort-floats.ts';

/** How well a score ranks the positive rows before the others. */
export interface RankingScores {
  /** Chance that a positive row scores above another, ties counting one half; null without rows of both kinds. */
  readonly rocAuc: number | null;
  /** Average precision: Σ (recall gained at a threshold × precision there), without interpolation; null without a positive row. */
  readonly prAuc: number | null;
}

/**
 * ROC AUC and average precision, the same numbers as scikit-learn's `roc_auc_score` and `average_precision_score`:
 * rows of equal score are one threshold, taken together.
 * @param scores one a row, each in [0, 1].
 * @param isPositive 1 for a positive row, else 0.
 */
export function rankingScores(scores: Float32Array, isPositive: Uint8Array): RankingScores {
  const keys = sortedKeys(scores, isPositive);
  let positives = 0;
  for (const key of keys) positives += key & 1;
  const others = keys.length - positives;

  let above = 0;
  let positivesAbove = 0;
  let wonPairs = 0;
  let precisionSum = 0;
  for (let end = keys.length; end > 0; ) {
    const score = keys[end - 1] >>> 1;
    let tiedPositives = 0;
    let begin = end;
    for (; begin > 0 && keys[begin - 1] >>> 1 === score; begin--) tiedPositives += keys[begin - 1] & 1;
    const tied = end - begin;
    const othersBelow = others - (above - positivesAbove) - (tied - tiedPositives);
    wonPairs += tiedPositives * (othersBelow + (tied - tiedPositives) / 2);
    above += tied;
    positivesAbove += tiedPositives;
    precisionSum += tiedPositives * (positivesAbove / above);
    end = begin;
  }
  return {
    rocAuc: positives === 0 || others === 0 ? null : wonPairs / (positives * others),
    prAuc: positives === 0 ? null : precisionSum / positives,
  };
}

/**
 * Scores and kinds in one ascending array (the kind is the lowest bit): the bits of a float ≥ 0 order as its value does and leave the sign bit free,
 * so (bits << 1 | positive) sorts as a whole number, without an index array or a comparator.
 */
export function sortedKeys(scores: Float32Array, isPositive: Uint8Array): Uint32Array {
  const keys = new Uint32Array(scores.length);
  const bits = new Uint32Array(new Float32Array(scores).buffer);
  for (let row = 0; row < keys.length; row++) keys[row] = (bits[row] << 1) | isPositive[row];
  return sortWholes(keys);
}

import { sortedKeys } from './ranking-scores.ts';

/** What each threshold would find, from the highest score down; point i takes all rows with a score ≥ `thresholds[i]`. */
interface ThresholdCounts {
  readonly thresholds: Float64Array;
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
}

/** The points of scikit-learn's `roc_curve` (`drop_intermediate=False`): from (0, 0) at threshold ∞ up to (1, 1). */
export interface RocCurve {
  readonly thresholds: Float64Array;
  readonly falsePositiveRate: Float64Array;
  readonly truePositiveRate: Float64Array;
}

/** The points of scikit-learn's `precision_recall_curve`, in the other direction: from recall 0, precision 1 at threshold ∞ on. */
export interface PrecisionRecallCurve {
  readonly thresholds: Float64Array;
  readonly precision: Float64Array;
  readonly recall: Float64Array;
}

/**
 * ROC curve, one point for each distinct score. Null without rows of both kinds.
 * @param scores one a row, each in [0, 1].
 * @param isPositive 1 for a positive row, else 0.
 */
export function rocCurve(scores: Float32Array, isPositive: Uint8Array): RocCurve | null {
  const { thresholds, truePositives, falsePositives } = thresholdCounts(scores, isPositive);
  const [positives, others] = [truePositives.at(-1)!, falsePositives.at(-1)!];
  if (positives === 0 || others === 0) return null;
  return {
    thresholds,
    falsePositiveRate: falsePositives.map((count) => count / others),
    truePositiveRate: truePositives.map((count) => count / positives),
  };
}

/** Precision and recall, one point for each distinct score. Null without a positive row; parameters as of {@link rocCurve}. */
export function precisionRecallCurve(
  scores: Float32Array,
  isPositive: Uint8Array,
): PrecisionRecallCurve | null {
  const { thresholds, truePositives, falsePositives } = thresholdCounts(scores, isPositive);
  const positives = truePositives.at(-1)!;
  if (positives === 0) return null;
  return {
    thresholds,
    precision: truePositives.map((hits, i) => (i === 0 ? 1 : hits / (hits + falsePositives[i]))),
    recall: truePositives.map((hits) => hits / positives),
  };
}

/** ∞ as the bits of a float32. */
const INFINITY_BITS = 0x7f800000;

function thresholdCounts(scores: Float32Array, isPositive: Uint8Array): ThresholdCounts {
  const keys = sortedKeys(scores, isPositive);
  const [bits, truePositives, falsePositives] = [[INFINITY_BITS], [0], [0]];
  let hits = 0;
  for (let at = keys.length - 1; at >= 0; at--) {
    hits += keys[at] & 1;
    if (at > 0 && keys[at - 1] >>> 1 === keys[at] >>> 1) continue;
    bits.push(keys[at] >>> 1);
    truePositives.push(hits);
    falsePositives.push(keys.length - at - hits);
  }
  return {
    thresholds: Float64Array.from(new Float32Array(Uint32Array.from(bits).buffer)),
    truePositives: Float64Array.from(truePositives),
    falsePositives: Float64Array.from(falsePositives),
  };
}

import type { ConfusionMatrix } from './confusion-matrix.ts';

/**
 * What someone who knows nothing but each class's share of these very rows would reach: no constant answer can do
 * better on them, so a model has to.
 */
export interface Baseline {
  /** Share of rows whose class is not the first: how often anything happens. */
  readonly baseRate: number;
  /** Name of the most frequent class, the lowest number on a tie. */
  readonly majorityClass: string;
  /** Accuracy of always predicting the majority class. */
  readonly accuracy: number;
  /** Log loss of always giving each class its share as probability: the entropy of the labels, in nats. */
  readonly logLoss: number;
}

/** Baseline of the rows that a confusion matrix counted, at least one. */
export function baseline(classes: readonly string[], matrix: ConfusionMatrix): Baseline {
  const counts = matrix.map((row) => row.reduce((total, count) => total + count, 0));
  const rowCount = counts.reduce((total, count) => total + count, 0);
  const shares = counts.map((count) => count / rowCount);
  const largest = Math.max(...shares);
  return {
    baseRate: (rowCount - counts[0]) / rowCount,
    majorityClass: classes[shares.indexOf(largest)],
    accuracy: largest,
    logLoss: shares.reduce((total, share) => (share === 0 ? total : total - share * Math.log(share)), 0),
  };
}

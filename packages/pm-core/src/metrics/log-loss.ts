import type { ScoredRows } from './scored-rows.ts';

/** scikit-learn clips at the machine epsilon of the probabilities' own type: here float32, 2^-23. */
const EPSILON = 2 ** -23;

/** Mean of −ln(probability of the row's own class), probabilities clipped to [2^-23, 1 − 2^-23]. */
export function logLoss(rows: Pick<ScoredRows, 'classes' | 'labels' | 'probabilities'>): number {
  const { classes, labels, probabilities } = rows;
  let total = 0;
  for (let row = 0; row < labels.length; row++) {
    const probability = probabilities[row * classes.length + labels[row]];
    total -= Math.log(Math.min(Math.max(probability, EPSILON), 1 - EPSILON));
  }
  return total / labels.length;
}

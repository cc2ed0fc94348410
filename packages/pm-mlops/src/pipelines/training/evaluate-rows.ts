import { type Evaluation, evaluateClassifier } from 'pm-core/metrics';
import type { Predictions } from 'pm-core/score';
import type { LabeledRows } from './training-data.ts';

/** Holds predictions of labelled rows, in their order, against the labels. */
export function evaluateRows(rows: LabeledRows, { label, probabilities }: Predictions): Evaluation {
  const scored = { classes: rows.classes, labels: rows.label, predicted: label, probabilities };
  return evaluateClassifier(scored, rows.timing?.hoursToFailure);
}

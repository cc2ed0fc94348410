import type { ScoredRows } from './scored-rows.ts';

/** Row counts by class: `matrix[actual][predicted]`, C × C, plain numbers so that it survives JSON. */
export type ConfusionMatrix = readonly (readonly number[])[];

/** Counts rows by actual and predicted class. */
export function confusionMatrix(rows: Pick<ScoredRows, 'classes' | 'labels' | 'predicted'>): ConfusionMatrix {
  const classCount = rows.classes.length;
  const counts = new Float64Array(classCount * classCount);
  for (let row = 0; row < rows.labels.length; row++) {
    counts[rows.labels[row] * classCount + rows.predicted[row]]++;
  }
  return rows.classes.map((_, actual) => [
    ...counts.subarray(actual * classCount, (actual + 1) * classCount),
  ]);
}

/** Share of rows on the diagonal; NaN for an empty matrix. */
export function accuracy(matrix: ConfusionMatrix): number {
  const correct = sum(matrix.map((counts, actual) => counts[actual]));
  return correct / sum(matrix.map(sum));
}

/** Precision, recall and F1 of one class against the rest, and its row counts. */
export interface ClassScores {
  /** Rows of this class. */
  readonly rowCount: number;
  /** Rows predicted as this class. */
  readonly predictedCount: number;
  /** Null where the class has no row; 0 for a class that is never predicted. */
  readonly precision: number | null;
  /** Null where the class has no row. */
  readonly recall: number | null;
  /** 2 TP / (2 TP + FP + FN): 0 where nothing was found. Null where the class has no row. */
  readonly f1: number | null;
}

/**
 * Scores of one class. The one 0/0, the precision of a class that is never predicted, is 0 as in scikit-learn
 * (`zero_division`). A class without a row has no score at all: neither 0 nor NaN would be true of it.
 */
export function classScores(matrix: ConfusionMatrix, classNumber: number): ClassScores {
  const rowCount = sum(matrix[classNumber]);
  const predictedCount = sum(matrix.map((counts) => counts[classNumber]));
  const hits = matrix[classNumber][classNumber];
  if (rowCount === 0) return { rowCount, predictedCount, precision: null, recall: null, f1: null };
  return {
    rowCount,
    predictedCount,
    precision: predictedCount === 0 ? 0 : hits / predictedCount,
    recall: hits / rowCount,
    f1: (2 * hits) / (rowCount + predictedCount),
  };
}

/**
 * Of the rows predicted as any class but the first, the share whose class is right: how far an alarm can be trusted
 * (scikit-learn's micro precision over those classes). 0 where no alarm was given.
 */
export function alarmPrecision(matrix: ConfusionMatrix): number {
  const alarms = sum(matrix.flatMap((counts) => counts.slice(1)));
  const right = sum(matrix.map((counts, actual) => (actual === 0 ? 0 : counts[actual])));
  return alarms === 0 ? 0 : right / alarms;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}

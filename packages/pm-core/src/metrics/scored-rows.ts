import { UserError } from '../errors.ts';

/** Rows with a known label and what a classifier said of them. Row i's probabilities are `probabilities[i × C … i × C + C − 1]`. */
export interface ScoredRows {
  /** Names of the C classes in order of their number; the first is "nothing happens" (`none`, or `0` where there are two). */
  readonly classes: readonly string[];
  /** Class number of each row, 0 … C − 1; rows whose label is not known must be left out before. */
  readonly labels: Int32Array | Uint8Array;
  /** Predicted class number of each row. */
  readonly predicted: Uint8Array | Int32Array;
  /** Row-major, rows × C, each in [0, 1]. */
  readonly probabilities: Float32Array;
}

/**
 * Holds the rows to the contract of {@link ScoredRows}.
 * @throws UserError `no-labeled-rows` for no row at all.
 * @throws RangeError for what only a bug brings about: lengths that differ, an unknown class, a probability outside [0, 1].
 */
export function checkScoredRows(rows: ScoredRows): void {
  const { classes, labels, predicted, probabilities } = rows;
  if (labels.length === 0) {
    throw new UserError('no-labeled-rows', 'There is no row with a known label to evaluate on.', {
      next: 'Choose a longer period: a label is known one prediction window before the last reading.',
    });
  }
  if (predicted.length !== labels.length || probabilities.length !== labels.length * classes.length) {
    throw new RangeError(
      `${labels.length} labels, ${predicted.length} predictions and ${probabilities.length} probabilities do not fit ${classes.length} classes`,
    );
  }
  for (let row = 0; row < labels.length; row++) {
    checkClass('label', labels[row], row, classes.length);
    checkClass('predicted class', predicted[row], row, classes.length);
  }
  for (let cell = 0; cell < probabilities.length; cell++) {
    const value = probabilities[cell];
    if (!(value >= 0 && value <= 1)) throw new RangeError(`probability ${value} in cell ${cell}`);
  }
}

function checkClass(what: string, value: number, row: number, classCount: number): void {
  if (value < 0 || value >= classCount) {
    throw new RangeError(`${what} ${value} in row ${row} is not one of the ${classCount} classes`);
  }
}

/** One class's probabilities, a copy with one value a row. */
export function probabilitiesOf(rows: ScoredRows, classNumber: number): Float32Array {
  const classCount = rows.classes.length;
  const column = new Float32Array(rows.labels.length);
  for (let row = 0; row < column.length; row++) {
    column[row] = rows.probabilities[row * classCount + classNumber];
  }
  return column;
}

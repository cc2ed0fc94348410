import { UserError } from '../errors.ts';

/** Classes that a label in one byte can name. */
const MAX_CLASSES = 256;

/**
 * The labels of the training rows in shared memory, held to what a forest can learn.
 * @throws UserError `no-training-rows` · `too-many-training-rows` · `too-many-classes` · `label-out-of-range` · `one-class-only`
 */
export function trainingLabels(
  labels: Uint8Array | Int32Array,
  rows: Int32Array,
  classes: readonly string[],
): Uint8Array<SharedArrayBuffer> {
  checkSizes(rows.length, classes.length);
  const chosen = new Uint8Array(new SharedArrayBuffer(rows.length));
  for (let i = 0; i < rows.length; i++) {
    const label = labels[rows[i]];
    if (!(label >= 0 && label < classes.length)) throw labelOutOfRange(label, rows[i], classes);
    chosen[i] = label;
  }
  if (chosen.every((label) => label === chosen[0])) throw oneClassOnly(classes[chosen[0]], rows.length);
  return chosen;
}

/** A row and its class share 31 bits, and sums of squared row counts must stay exact. */
function checkSizes(rowCount: number, classCount: number): void {
  if (rowCount === 0) {
    throw new UserError('no-training-rows', 'There is no row to train on.', {
      next: 'Choose a training period in which machines have readings and known labels.',
    });
  }
  if (classCount > MAX_CLASSES) {
    throw new UserError('too-many-classes', `${classCount} classes; a forest takes ${MAX_CLASSES} at most.`);
  }
  const maxRows = 2 ** Math.min(26, Math.clz32(classCount - 1) - 1);
  if (rowCount > maxRows) {
    throw new UserError(
      'too-many-training-rows',
      `${rowCount} training rows; with ${classCount} classes a forest takes ${maxRows} at most.`,
      { next: 'Train on a shorter period or on a sample of the machines.' },
    );
  }
}

function labelOutOfRange(label: number | undefined, row: number, classes: readonly string[]): UserError {
  return new UserError(
    'label-out-of-range',
    `Row ${row} has the label ${label}, but the classes are 0 to ${classes.length - 1} (${classes.join(', ')}).`,
    { next: 'Leave rows without a known label out, and name every class.' },
  );
}

function oneClassOnly(name: string, rowCount: number): UserError {
  return new UserError('one-class-only', `All ${rowCount} training rows are of the class ${name}.`, {
    next: 'Choose a training period that holds at least one failure and one row without.',
  });
}

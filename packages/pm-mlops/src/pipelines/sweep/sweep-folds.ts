import { placesWhere, UserError, type WorkflowConfig } from 'pm-core';
import { groupFolds } from 'pm-core/calibrate';
import type { Fold, FoldData } from 'pm-core/tune';
import { validationParts } from '../training/fit-model.ts';
import { concatRows, selectRows } from '../training/select-rows.ts';
import type { LabeledRows, TrainingData } from '../training/training-data.ts';

/** Share of the groups of a fold that early stopping listens to. */
const LISTENED_FRACTION = 0.2;
/** Folds of a workflow without a validation part. */
const DEFAULT_FOLDS = 3;

type Parts = Pick<TrainingData, 'train' | 'validation'>;
type TuneConfig = WorkflowConfig['tune'];

/**
 * What an evaluation is measured on, by `tune.folds`: the validation part in one fold, or the training rows in folds by group
 * (machine). Early stopping never listens to rows that measure: to the validation part where folds do, else to a fifth of the
 * groups that are learned from.
 * @throws UserError `too-few-groups` where a fold, or what is left without it, lacks rows of two classes.
 */
export function sweepFolds({ train, validation }: Parts, { folds, seed, metric }: TuneConfig): FoldData {
  if (folds === 'auto' && validation !== undefined)
    return validationFold(train, validation, { seed, metric });
  const all = validation === undefined ? train : concatRows([train, validation]);
  const { rowCount } = train.matrix;
  const count = folds === 'auto' ? DEFAULT_FOLDS : folds;
  const foldOf = groupFolds(train.groups, { folds: count, seed });
  const heard = placesWhere(all.matrix.rowCount, (row) => row >= rowCount);
  const parts = Array.from({ length: count }, (_, part): Fold => {
    const rows = placesWhere(rowCount, (row) => foldOf[row] !== part);
    const test = selectRows(
      train,
      placesWhere(rowCount, (row) => foldOf[row] === part),
    );
    checkClasses(count, [rows.map((row) => train.label[row]!), test.label]);
    const early = heard.length > 0 ? { rows, validationRows: heard } : listenedTo(train, rows, seed);
    return { rows, early, test };
  });
  return { matrix: all.matrix, label: all.label, classes: train.classes, folds: parts, metric };
}

function validationFold(
  train: LabeledRows,
  test: LabeledRows,
  { seed, metric }: Pick<TuneConfig, 'seed' | 'metric'>,
): FoldData {
  checkClasses(1, [train.label, test.label]);
  const { matrix, label, classes } = train;
  const rows = placesWhere(matrix.rowCount, () => true);
  const fold: Fold = {
    rows,
    early: listenedTo(train, rows, seed),
    test: { matrix: test.matrix, label: test.label },
  };
  return { matrix, label, classes, folds: [fold], metric };
}

function listenedTo(train: LabeledRows, rows: Int32Array, seed: number): Fold['early'] {
  const fraction = { earlyStoppingRounds: 1, validationFraction: LISTENED_FRACTION, seed };
  const { rows: learned, validationRows } = validationParts(train, rows, fraction);
  return validationRows && { rows: learned, validationRows };
}

function checkClasses(folds: number, parts: readonly Int32Array[]): void {
  if (parts.every((labels) => new Set(labels).size >= 2)) return;
  throw new UserError(
    'too-few-groups',
    folds === 1
      ? 'The training rows or the validation rows are of one class only.'
      : `The training rows cannot be parted in ${folds} folds with two classes each.`,
    {
      next: 'Take fewer folds (tune.folds), or more machines or rows.',
    },
  );
}

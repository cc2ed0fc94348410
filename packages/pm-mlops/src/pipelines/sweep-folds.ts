import { UserError, type WorkflowConfig } from 'pm-core';
import { groupFolds } from 'pm-core/calibrate';
import type { Fold, FoldData } from 'pm-core/tune';
import { validationParts } from './fit-model.ts';
import { concatRows, placesWhere, selectRows } from './select-rows.ts';
import type { TrainingData } from './training-data.ts';

/** Share of the groups of a fold that early stopping listens to. */
const LISTENED_FRACTION = 0.2;

/**
 * The training rows in folds by group (machine): what an evaluation is measured on. Early stopping listens to the validation
 * part, or where there is none to a fifth of the groups that are learned from.
 * @throws UserError `too-few-groups` where a fold, or what is left without it, lacks rows of two classes.
 */
export function sweepFolds(
  { train, validation }: TrainingData,
  { folds, seed, metric }: WorkflowConfig['tune'],
): FoldData {
  const all = validation === undefined ? train : concatRows([train, validation]);
  const { rowCount } = train.matrix;
  const foldOf = groupFolds(train.groups, { folds, seed });
  const heard = placesWhere(all.matrix.rowCount, (row) => row >= rowCount);
  const parts = Array.from({ length: folds }, (_, part): Fold => {
    const rows = placesWhere(rowCount, (row) => foldOf[row] !== part);
    const test = selectRows(
      train,
      placesWhere(rowCount, (row) => foldOf[row] === part),
    );
    checkClasses(folds, [rows.map((row) => train.label[row]!), test.label]);
    return { rows, early: heard.length > 0 ? { rows, validationRows: heard } : listenedTo(rows), test };
  });
  return { matrix: all.matrix, label: all.label, classes: train.classes, folds: parts, metric };

  function listenedTo(rows: Int32Array): Fold['early'] {
    const fraction = { earlyStoppingRounds: 1, validationFraction: LISTENED_FRACTION, seed };
    const { rows: learned, validationRows } = validationParts(train, rows, fraction);
    return validationRows && { rows: learned, validationRows };
  }
}

function checkClasses(folds: number, parts: readonly Int32Array[]): void {
  if (parts.every((labels) => new Set(labels).size >= 2)) return;
  throw new UserError(
    'too-few-groups',
    `The training rows cannot be parted in ${folds} folds with two classes each.`,
    {
      next: 'Take fewer folds (tune.folds), or more machines or rows.',
    },
  );
}

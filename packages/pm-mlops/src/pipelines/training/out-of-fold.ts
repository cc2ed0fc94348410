import { placesWhere } from 'pm-core';
import { groupFolds } from 'pm-core/calibrate';
import { type Predictions, predict, type TreeEnsemble } from 'pm-core/forest';
import type { PipelineContext, Report } from '../base/context.ts';
import { fit, quickModel } from './fit-model.ts';
import { selectMatrixRows } from './select-rows.ts';
import type { LabeledRows } from './training-data.ts';

/** Threads of predicting; no result depends on it. */
const WORKERS = 2;
/** Five moved the calibration error of 100 machines by 0.002, and cost two fits more. */
const FOLDS = 3;

/** Some rows of a table and what models say of them. */
export interface SaidOfRows extends Predictions {
  /** Of the rows among those of the table, ascending. */
  readonly places: Int32Array;
}

/** Training rows and what models say of them that had not learned from their groups. */
export interface OutOfFold extends SaidOfRows {
  readonly labels: Int32Array;
  /** What the same models say of test rows, each of groups that it had not learned from: machines that it has never seen. */
  readonly unseen: SaidOfRows | undefined;
}

/**
 * Three folds by group (machine): each is scored by a model of the other two, for a forest of many rows one of fewer trees. Boosted trees are
 * not quicker with less, so they leave it at the first fold. Undefined where groups are too few for a fold, or the others
 * have one class only.
 * @param data test rows are scored by the model of their group's fold, if given; those of a group without training rows by the first.
 */
export async function predictOutOfFold(
  { train, test }: { readonly train: LabeledRows; readonly test?: LabeledRows | undefined },
  context: PipelineContext,
  onProgress?: Report,
): Promise<OutOfFold | undefined> {
  const { config } = context;
  const fold = groupFolds(train.groups, { folds: FOLDS, seed: config.model.seed });
  const wanted = config.model.algorithm === 'gradient-boosting' ? 1 : FOLDS;
  const tables = [foldedRows(train, fold, wanted)];
  if (test !== undefined) {
    const foldOf = new Map(train.groups.map((name, row) => [name, fold[row]!]));
    const testFold = Uint16Array.from(test.groups, (name) => foldOf.get(name) ?? 0);
    tables.push(foldedRows(test, testFold, wanted));
  }
  const quick = {
    ...context,
    config: { ...config, model: quickModel(config.model, fold.length) } as typeof config,
  };
  for (let part = 0; part < wanted; part++) {
    const learned = placesWhere(fold.length, (row) => fold[row] !== part);
    if (learned.length === fold.length || new Set(Array.from(learned, (row) => train.label[row]!)).size < 2)
      return undefined;
    const { ensemble } = await fit(train, quick, { rows: learned });
    for (const table of tables) await sayOfFold(ensemble, table, part);
    onProgress?.((part + 1) / wanted);
  }
  const [trained, tested] = tables;
  const { places } = trained!.said;
  return {
    ...trained!.said,
    labels: places.map((row) => train.label[row]!),
    unseen: tested?.said,
  };
}

interface FoldedRows {
  readonly rows: LabeledRows;
  /** Of each row. */
  readonly fold: Uint16Array;
  /** Written fold by fold. */
  readonly said: SaidOfRows;
}

/** Room for what will be said of the rows of the first `wanted` folds. */
function foldedRows(rows: LabeledRows, fold: Uint16Array, wanted: number): FoldedRows {
  const places = placesWhere(fold.length, (row) => fold[row]! < wanted);
  const probabilities = new Float32Array(places.length * rows.classes.length);
  return { rows, fold, said: { places, probabilities, label: new Uint8Array(places.length) } };
}

/** Writes what a model says of the rows of one fold. */
async function sayOfFold(
  ensemble: TreeEnsemble,
  { rows, fold, said }: FoldedRows,
  part: number,
): Promise<void> {
  const { places, probabilities, label } = said;
  const own = placesWhere(places.length, (at) => fold[places[at]!] === part);
  const matrix = selectMatrixRows(
    rows.matrix,
    own.map((at) => places[at]!),
  );
  const predicted = await predict(ensemble, matrix, { workers: WORKERS });
  const width = rows.classes.length;
  own.forEach((at, row) => {
    label[at] = predicted.label[row]!;
    for (let c = 0; c < width; c++) probabilities[at * width + c] = predicted.probabilities[row * width + c]!;
  });
}

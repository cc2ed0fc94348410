import { groupFolds } from 'pm-core/calibrate';
import { predict } from 'pm-core/forest';
import type { PipelineContext, Report } from './context.ts';
import { fit, quickModel } from './fit-model.ts';
import { placesWhere, selectMatrixRows } from './select-rows.ts';
import type { LabeledRows } from './training-data.ts';

/** Threads of predicting; no result depends on it. */
const WORKERS = 2;
/** Five moved the calibration error of 100 machines by 0.002, and cost two fits more. */
const FOLDS = 3;

/** Training rows and what models say of them that had not learned from their groups. */
export interface OutOfFold {
  /** Of the rows among the training rows, ascending. */
  readonly places: Int32Array;
  readonly labels: Int32Array;
  /** Rows × classes, row-major. */
  readonly probabilities: Float32Array;
}

/**
 * Three folds by group (machine): each is scored by a model of the other two, for a forest one of fewer trees. Boosted trees are
 * not quicker with less, so they leave it at the first fold. Undefined where groups are too few for a fold, or the others
 * have one class only.
 */
export async function predictOutOfFold(
  rows: LabeledRows,
  context: PipelineContext,
  onProgress?: Report,
): Promise<OutOfFold | undefined> {
  const { config } = context;
  const fold = groupFolds(rows.groups, { folds: FOLDS, seed: config.model.seed });
  const wanted = config.model.algorithm === 'gradient-boosting' ? 1 : FOLDS;
  const places = placesWhere(fold.length, (row) => fold[row]! < wanted);
  const placeOf = new Int32Array(fold.length);
  places.forEach((row, at) => {
    placeOf[row] = at;
  });
  const quick = { ...context, config: { ...config, model: quickModel(config.model) } as typeof config };
  const probabilities = new Float32Array(places.length * rows.classes.length);
  for (let part = 0; part < wanted; part++) {
    const learned = placesWhere(fold.length, (row) => fold[row] !== part);
    const left = placesWhere(fold.length, (row) => fold[row] === part);
    if (left.length === 0 || new Set(Array.from(learned, (row) => rows.label[row]!)).size < 2)
      return undefined;
    const { ensemble } = await fit(rows, quick, { rows: learned });
    const said = await predict(ensemble, selectMatrixRows(rows.matrix, left), { workers: WORKERS });
    copyRows(
      said.probabilities,
      probabilities,
      left.map((row) => placeOf[row]!),
      rows.classes.length,
    );
    onProgress?.((part + 1) / wanted);
  }
  return { places, labels: places.map((row) => rows.label[row]!), probabilities };
}

/** Writes the i-th row of `from` as row `places[i]` of `into`. */
function copyRows(from: Float32Array, into: Float32Array, places: Int32Array, width: number): void {
  places.forEach((place, row) => {
    into.set(from.subarray(row * width, (row + 1) * width), place * width);
  });
}

import type { BoostingParams, ModelParams } from 'pm-core';
import { placesWhere } from 'pm-core';
import { type TrainedBoosting, trainBoosting } from 'pm-core/boosting';
import { type TrainedForest, trainForest } from 'pm-core/forest';
import { heldOutMachines } from 'pm-core/split';
import type { PipelineContext, Report } from '../base/context.ts';
import { concatRows } from './select-rows.ts';
import type { LabeledRows } from './training-data.ts';

/** Threads of fitting; the model does not depend on it. */
const WORKERS = 2;
/**
 * Rows × trees of a forest that stands in for another one, and the fewest trees. Scores of few trees are noisier: curves fitted
 * on those of 50 made 500 trees on 3,900 wines worse than no curves (docs/costs.md).
 */
const [ROW_TREES, FEWEST_TREES] = [5e6, 50];

/** Trees of either kind. */
export type FittedModel = TrainedForest | TrainedBoosting;

interface FitOptions {
  /** Rows to fit to; all by default. */
  readonly rows?: Int32Array | undefined;
  /** What early stopping listens to; without it, to some groups of the rows, which no tree then learns from. */
  readonly validation?: LabeledRows | undefined;
  readonly onProgress?: Report | undefined;
}

/** Fits the configured model to labelled rows. */
export function fit(
  rows: LabeledRows,
  { config, signal }: Pick<PipelineContext, 'config' | 'signal'>,
  { rows: chosen, validation, onProgress }: FitOptions = {},
): Promise<FittedModel> {
  const options = { classes: rows.classes, workers: WORKERS, signal, onProgress };
  const { model } = config;
  if (model.algorithm !== 'gradient-boosting') {
    return trainForest(rows.matrix, rows.label, { ...options, params: model, rows: chosen });
  }
  const own = chosen ?? placesWhere(rows.matrix.rowCount, () => true);
  if (validation === undefined || model.earlyStoppingRounds === 'off') {
    const parts = validationParts(rows, own, model);
    return trainBoosting(rows.matrix, rows.label, { ...options, ...parts, params: model });
  }
  const { matrix, label } = concatRows([rows, validation]);
  const validationRows = placesWhere(matrix.rowCount, (row) => row >= rows.matrix.rowCount);
  return trainBoosting(matrix, label, { ...options, rows: own, validationRows, params: model });
}

/** The model to fit where a figure is wanted sooner than the best one: a forest of fewer trees where rows are many. */
export function quickModel(model: ModelParams, rowCount: number): ModelParams {
  if (model.algorithm === 'gradient-boosting') return model;
  const trees = Math.max(FEWEST_TREES, Math.floor(ROW_TREES / rowCount));
  return { ...model, trees: Math.min(model.trees, trees) };
}

/** Log loss of the validation rows after each round; empty where nothing listened to it. */
export const validationHistory = (fitted: FittedModel): readonly number[] =>
  'validationLogLoss' in fitted ? fitted.validationLogLoss : [];

/** What is to be said of a fit itself. */
export const fitMetrics = (fitted: FittedModel): Record<string, number> =>
  'rounds' in fitted ? { rounds_kept: fitted.rounds } : {};

/**
 * A fold by group inside the training rows: early stopping listens to all rows of some machines (or to some rows), the trees learn from the others.
 * No validation part where it is off, and in a fleet too small for one that leaves rows of two classes.
 */
export function validationParts(
  { groups, label }: LabeledRows,
  rows: Int32Array,
  {
    earlyStoppingRounds,
    validationFraction: fraction,
    seed,
  }: Pick<BoostingParams, 'earlyStoppingRounds' | 'validationFraction' | 'seed'>,
): { rows: Int32Array; validationRows?: Int32Array } {
  if (earlyStoppingRounds === 'off') return { rows };
  const ids = new Set(Array.from(rows, (row) => groups[row]!));
  const validationGroups = new Set(heldOutMachines(ids, { fraction, seed }));
  const learned = rows.filter((row) => !validationGroups.has(groups[row]!));
  const validationRows = rows.filter((row) => validationGroups.has(groups[row]!));
  const classes = new Set(Array.from(learned, (row) => label[row]!));
  return validationRows.length === 0 || classes.size < 2 ? { rows } : { rows: learned, validationRows };
}

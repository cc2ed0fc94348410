import type { BoostingParams } from '../config.ts';
import { UserError } from '../errors.ts';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { allRows, binFeatures } from '../forest/bin-features.ts';
import { gainImportance } from '../forest/train-forest.ts';
import { trainingLabels } from '../forest/training-labels.ts';
import type { BoostedTrees } from '../forest/tree-ensemble.ts';
import { openWorkerPool } from '../forest/worker-pool.ts';
import { assembleBoosted } from './assemble-boosted.ts';
import { classWeights } from './class-weights.ts';
import { type GradientData, gradientScaleFor } from './gradients.ts';
import { growRounds } from './grow-rounds.ts';
import { type MarginUnits, marginUnits, startingUnits } from './margin-units.ts';

export interface BoostingOptions {
  /** Names of the classes in order of their number. */
  readonly classes: readonly string[];
  readonly params: BoostingParams;
  /** Threads, ≥ 1; one means the calling thread. The trees are the same for any number; more than one serve more than two classes. */
  readonly workers: number;
  /** Rows to train on, each at most once; all by default. */
  readonly rows?: Int32Array | undefined;
  /** Rows that early stopping listens to, none of them trained on. Without any, all rounds are grown. */
  readonly validationRows?: Int32Array | undefined;
  /** Told the fraction of rounds done. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TrainedBoosting {
  readonly ensemble: BoostedTrees;
  /** Share of each feature in the gain of all splits that were kept; sums to 1, or all 0 where no tree has a split. */
  readonly gainImportance: Float64Array;
  /** Mean log loss of the validation rows after each round grown, those after the last one kept too; empty without validation rows. */
  readonly validationLogLoss: readonly number[];
  /** Rounds kept: up to the lowest validation loss, or all. */
  readonly rounds: number;
}

/**
 * Gradient boosting: each round adds a tree (for each class, if there are more than two) that follows the log loss's derivatives
 * at the margins so far. The same matrix, labels, rows and parameters give the same bits.
 * @param labels class of each row of the matrix; those of rows in neither part are not looked at.
 * @throws UserError `no-features` · `infinite-feature` · `unknown-class` · those of trainingLabels; the signal's reason if aborted.
 */
export async function trainBoosting(
  matrix: FeatureMatrix,
  labels: Uint8Array | Int32Array,
  options: BoostingOptions,
): Promise<TrainedBoosting> {
  const { classes, params, signal } = options;
  if (matrix.columns.length === 0) throw new UserError('no-features', 'There is no feature to train on.');
  const trainRows = options.rows ?? allRows(matrix.rowCount);
  const trainLabels = trainingLabels(labels, trainRows, classes);
  const rows = joined(trainRows, options.validationRows ?? new Int32Array(0));
  const units = marginUnits(params);
  const weights = classWeights(params.classWeights, classes, trainLabels);
  const startUnits = startingUnits(trainLabels, weights, units);
  const pool = openWorkerPool({ workers: Math.min(options.workers, startUnits.length), signal });
  try {
    const binned = await binFeatures(matrix, { bins: params.bins, rows, pool });
    const rowLabels = Uint8Array.from(rows, (row) => labels[row]);
    const gradients = gradientData(rowLabels, { trainCount: trainRows.length, weights, startUnits, units });
    const grown = await growRounds({ pool, binned, gradients, params, units }, options.onProgress);
    const names = { featureNames: matrix.featureNames, classes, startUnits, unitsPerOne: units.unitsPerOne };
    return {
      ensemble: assembleBoosted(grown.trees, binned.bounds, names),
      gainImportance: gainImportance(grown.trees.flat()),
      validationLogLoss: grown.validationLogLoss,
      rounds: grown.trees.length,
    };
  } finally {
    await pool.close();
  }
}

function gradientData(
  labels: Uint8Array,
  options: {
    readonly trainCount: number;
    readonly weights: Float64Array;
    readonly startUnits: Int32Array;
    readonly units: MarginUnits;
  },
): GradientData {
  const { trainCount, weights, startUnits, units } = options;
  const outputCount = startUnits.length;
  const rowCount = labels.length;
  const margins = new Int32Array(new SharedArrayBuffer(4 * outputCount * rowCount));
  startUnits.forEach((start, output) => {
    margins.fill(start, output * rowCount, (output + 1) * rowCount);
  });
  const sharedLabels = new Uint8Array(new SharedArrayBuffer(rowCount));
  sharedLabels.set(labels);
  const gradients = new Float64Array(new SharedArrayBuffer(16 * outputCount * trainCount));
  const gradientScale = gradientScaleFor(weights);
  return {
    ...{ outputCount, trainCount, rowCount, labels: sharedLabels, weights },
    ...{ margins, unitsPerOne: units.unitsPerOne, gradients, gradientScale },
  };
}

function joined(first: Int32Array, second: Int32Array): Int32Array {
  const rows = new Int32Array(new SharedArrayBuffer(4 * (first.length + second.length)));
  rows.set(first);
  rows.set(second, first.length);
  return rows;
}

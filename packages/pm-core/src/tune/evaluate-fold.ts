import { trainBoosting } from '../boosting/index.ts';
import type { ModelParams } from '../config.ts';
import type { FeatureMatrix } from '../features/index.ts';
import { predict, trainForest } from '../forest/index.ts';
import { evaluateClassifier } from '../metrics/index.ts';
import { figureOf, type LossMetric } from './loss-metric.ts';

/** Rows of the training data that are predicted, by a model of other rows of it. */
export interface Fold {
  /** Places of the rows to learn from. */
  readonly rows: Int32Array;
  /** The parts of them where early stopping listens to some; undefined where there is nothing to listen to. */
  readonly early: { readonly rows: Int32Array; readonly validationRows: Int32Array } | undefined;
  readonly test: { readonly matrix: FeatureMatrix; readonly label: Int32Array };
}

/** What every trial of a sweep is evaluated on; columns are shared memory. */
export interface FoldData {
  readonly matrix: FeatureMatrix;
  readonly label: Int32Array;
  readonly classes: readonly string[];
  readonly folds: readonly Fold[];
  readonly metric: LossMetric;
}

/**
 * Fits parameters to a fold, on this thread, and tells the metric on its test rows: the same for the same data and parameters.
 * Probabilities are not calibrated.
 */
export async function evaluateFold(data: FoldData, fold: number, params: ModelParams): Promise<number> {
  const { test } = data.folds[fold]!;
  const { ensemble } = await fit(data, data.folds[fold]!, params);
  const { label, probabilities } = await predict(ensemble, test.matrix);
  const scored = { classes: data.classes, labels: test.label, predicted: label, probabilities };
  return figureOf(data.metric, evaluateClassifier(scored));
}

function fit({ matrix, label, classes }: FoldData, { rows, early }: Fold, params: ModelParams) {
  if (params.algorithm !== 'gradient-boosting')
    return trainForest(matrix, label, { classes, params, workers: 1, rows });
  const parts = early === undefined || params.earlyStoppingRounds === 'off' ? { rows } : early;
  return trainBoosting(matrix, label, { classes, params, workers: 1, ...parts });
}

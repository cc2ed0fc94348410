import type { ForestParams } from '../config.ts';
import { UserError } from '../errors.ts';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { assembleEnsemble } from './assemble-ensemble.ts';
import { allRows, binFeatures } from './bin-features.ts';
import type { GrowthRules } from './grower.ts';
import type { TreeShape } from './grown-tree.ts';
import { trainingLabels } from './training-labels.ts';
import type { Forest } from './tree-ensemble.ts';
import { openWorkerPool } from './worker-pool.ts';

export interface TrainOptions {
  /** Names of the classes in order of their number. */
  readonly classes: readonly string[];
  readonly params: ForestParams;
  /** Threads, ≥ 1; one means the calling thread. The forest is the same for any number. */
  readonly workers: number;
  /** Rows to train on, each at most once; all by default. */
  readonly rows?: Int32Array | undefined;
  /** Told the fraction of trees grown. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TrainedForest {
  readonly ensemble: Forest;
  /** Share of each feature in the decrease of gini impurity over all splits; sums to 1, or all 0 where no tree has a split. */
  readonly gainImportance: Float64Array;
}

/**
 * Grows a random forest or, for `decision-tree`, one tree from all rows and all features.
 *
 * Each tree draws round(subsample × rows) rows, at least one, without replacement, and at each node ⌈√F⌉ (`sqrt`, as Spark
 * rounds), all F or a given number of the features. The same matrix, labels, rows and parameters give the same bits.
 * @param labels class of each row of the matrix; those of rows not trained on are not looked at.
 * @throws UserError `no-features` · `infinite-feature` · those of trainingLabels; the signal's reason if aborted.
 */
export async function trainForest(
  matrix: FeatureMatrix,
  labels: Uint8Array | Int32Array,
  options: TrainOptions,
): Promise<TrainedForest> {
  const { classes, params, signal, onProgress } = options;
  if (matrix.columns.length === 0) throw new UserError('no-features', 'There is no feature to train on.');
  const rows = options.rows ?? allRows(matrix.rowCount);
  const chosenLabels = trainingLabels(labels, rows, classes);
  const { treeCount, rules } = growthRules(params, rows.length, matrix.columns.length);
  const pool = openWorkerPool({ workers: options.workers, signal });
  try {
    const binned = await binFeatures(matrix, { bins: params.bins, rows, pool });
    const data = { binned, labels: chosenLabels, classCount: classes.length };
    const trees = await pool.run({ kind: 'grow', data, rules, seed: params.seed }, treeCount, (done) =>
      onProgress?.(done / treeCount),
    );
    const ensemble = assembleEnsemble(trees, binned.bounds, { featureNames: matrix.featureNames, classes });
    return { ensemble, gainImportance: gainImportance(trees) };
  } finally {
    await pool.close();
  }
}

/** The parameters in numbers, for a training set of this size. */
function growthRules(
  params: ForestParams,
  rowCount: number,
  featureCount: number,
): { treeCount: number; rules: GrowthRules } {
  const { maxDepth, minRowsPerLeaf } = params;
  if (params.algorithm === 'decision-tree') {
    const rules = { sampleRows: rowCount, featuresPerNode: featureCount, maxDepth, minRowsPerLeaf };
    return { treeCount: 1, rules };
  }
  const sampleRows = Math.max(1, Math.round(params.subsample * rowCount));
  const wanted = { sqrt: Math.ceil(Math.sqrt(featureCount)), all: featureCount };
  const featuresPerNode =
    typeof params.featuresPerNode === 'number' ? params.featuresPerNode : wanted[params.featuresPerNode];
  const rules = {
    sampleRows,
    featuresPerNode: Math.min(featuresPerNode, featureCount),
    maxDepth,
    minRowsPerLeaf,
  };
  return { treeCount: params.trees, rules };
}

/** Each feature's share of the gain of all trees; added up in their order, so that no bit depends on who grew which. */
export function gainImportance(trees: readonly TreeShape[]): Float64Array {
  const gains = trees[0].gainByFeature.map((_, feature) =>
    trees.reduce((sum, tree) => sum + Math.max(0, tree.gainByFeature[feature]), 0),
  );
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  return total === 0 ? gains : gains.map((gain) => gain / total);
}

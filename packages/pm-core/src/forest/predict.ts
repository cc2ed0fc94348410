import { UserError } from '../errors.ts';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { ROWS_PER_TASK } from './forest-jobs.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';
import { openWorkerPool } from './worker-pool.ts';

export interface Predictions {
  /** rows × classes, row-major. */
  readonly probabilities: Float32Array;
  /** The most probable class of each row, the lowest on a tie. */
  readonly label: Uint8Array;
}

/**
 * Class probabilities of every row, the same bits for any number of workers and in any runtime of the ensemble (see
 * TreeEnsemble). The matrix may hold infinite values.
 * @param options.workers threads, 1 by default: the calling one.
 * @param options.onProgress told the fraction done.
 * @throws UserError `other-features` where the matrix's features are not the ensemble's, in their order.
 */
export async function predict(
  ensemble: TreeEnsemble,
  matrix: FeatureMatrix,
  options: {
    readonly workers?: number | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((fraction: number) => void) | undefined;
  } = {},
): Promise<Predictions> {
  checkFeatures(ensemble, matrix);
  const { rowCount } = matrix;
  const into = {
    probabilities: new Float32Array(new SharedArrayBuffer(rowCount * ensemble.classes.length * 4)),
    label: new Uint8Array(new SharedArrayBuffer(rowCount)),
  };
  const taskCount = Math.ceil(rowCount / ROWS_PER_TASK);
  const workers = Math.min(options.workers ?? 1, taskCount);
  const pool = openWorkerPool({ workers, signal: options.signal });
  try {
    await pool.run({ kind: 'predict', ensemble, matrix, into }, taskCount, (done) =>
      options.onProgress?.(done / taskCount),
    );
  } finally {
    await pool.close();
  }
  return into;
}

/** @throws UserError `other-features` */
export function checkFeatures({ featureNames }: TreeEnsemble, matrix: FeatureMatrix): void {
  const place = featureNames.findIndex((name, i) => name !== matrix.featureNames[i]);
  if (place === -1 && featureNames.length === matrix.featureNames.length) return;
  const at = place === -1 ? featureNames.length : place;
  throw new UserError(
    'other-features',
    `The model's feature ${at + 1} is ${featureNames[at] ?? 'none'}, the table's is ${matrix.featureNames[at] ?? 'none'}.`,
    { next: 'Compute the features with the workflow file that the model was trained with.' },
  );
}

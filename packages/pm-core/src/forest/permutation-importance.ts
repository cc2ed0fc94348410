import { UserError } from '../errors.ts';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { deriveSeed, seededRandom } from '../random.ts';
import { thresholdsInUse } from './coded-trees.ts';
import { SAMPLE_ROWS_PER_TASK } from './forest-jobs.ts';
import type { PermutedSample } from './permutation-losses.ts';
import { checkFeatures } from './predict.ts';
import { encodeBlock } from './predictor.ts';
import { shuffled } from './shuffle.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';
import { openWorkerPool } from './worker-pool.ts';

export interface PermutationOptions {
  /** Rows to draw at most; all are taken where there are fewer. */
  readonly rows: number;
  readonly seed: number;
  /** Permutations of each feature that are averaged; 3 by default. */
  readonly repeats?: number | undefined;
  readonly workers?: number | undefined;
  readonly onProgress?: ((fraction: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PermutationImportance {
  /** Mean log loss (nats, see metrics/log-loss.ts) on the sample as it is. */
  readonly logLoss: number;
  /** How much the log loss rises where a feature's values are permuted among the rows; below 0 by chance only. */
  readonly rise: Float64Array;
  readonly rowCount: number;
}

/**
 * What the forest loses without each feature, measured on a seeded sample of rows it was not trained on. In log loss, because
 * that hears of every row, while an F1 over rare classes hangs on the few that change their label.
 *
 * The sample and each permutation have streams of their own: more features or repeats don't change the others.
 * @param labels class of each row of the matrix.
 * @throws UserError `no-labeled-rows` · `other-features`
 */
export async function permutationImportance(
  ensemble: TreeEnsemble,
  matrix: FeatureMatrix,
  labels: Uint8Array | Int32Array,
  options: PermutationOptions,
): Promise<PermutationImportance> {
  checkFeatures(ensemble, matrix);
  if (matrix.rowCount === 0)
    throw new UserError('no-labeled-rows', 'There is no row to permute features on.');
  const sample = permutedSample(ensemble, matrix, labels, options);
  const rowCount = sample.labels.length;
  const taskCount = Math.ceil(rowCount / SAMPLE_ROWS_PER_TASK);
  const pool = openWorkerPool({ workers: options.workers ?? 1, signal: options.signal });
  try {
    const parts = await pool.run({ kind: 'losses', sample }, taskCount, (done) =>
      options.onProgress?.(done / taskCount),
    );
    const means = parts[0].map((_, i) => parts.reduce((sum, losses) => sum + losses[i], 0) / rowCount);
    return { logLoss: means[0], rise: risesOf(means, sample.repeats), rowCount };
  } finally {
    await pool.close();
  }
}

function permutedSample(
  ensemble: TreeEnsemble,
  matrix: FeatureMatrix,
  labels: Uint8Array | Int32Array,
  { rows, seed, repeats = 3 }: PermutationOptions,
): PermutedSample {
  const featureCount = matrix.columns.length;
  const chosen = shuffled(matrix.rowCount, seededRandom(deriveSeed(seed, 0)))
    .subarray(0, rows)
    .sort();
  const rowCount = chosen.length;
  const sample = {
    ensemble,
    codes: new Uint16Array(new SharedArrayBuffer(rowCount * featureCount * 2)),
    labels: new Uint8Array(new SharedArrayBuffer(rowCount)),
    featureCount,
    donated: new Uint16Array(new SharedArrayBuffer(rowCount * featureCount * repeats * 2)),
    repeats,
  };
  encodeBlock({ codes: sample.codes, featureCount }, matrix, thresholdsInUse(ensemble), chosen);
  sample.labels.set(chosen.map((row) => labels[row]));
  for (let feature = 0; feature < featureCount; feature++) {
    for (let repeat = 0; repeat < repeats; repeat++) {
      const donors = shuffled(rowCount, seededRandom(deriveSeed(seed, 1 + feature, repeat)));
      donors.forEach((donor, row) => {
        const code = sample.codes[donor * featureCount + feature];
        sample.donated[(row * featureCount + feature) * repeats + repeat] = code;
      });
    }
  }
  return sample;
}

/** @param means mean losses: as it is, then each feature's repeats. */
function risesOf(means: Float64Array, repeats: number): Float64Array {
  const rises = new Float64Array((means.length - 1) / repeats);
  for (let i = 1; i < means.length; i++)
    rises[Math.floor((i - 1) / repeats)] += (means[i] - means[0]) / repeats;
  return rises;
}

import { UserError } from '../errors.ts';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import type { BinnedMatrix } from './binned-matrix.ts';
import { openWorkerPool, type WorkerPool } from './worker-pool.ts';

/**
 * Codes of a matrix's rows in at most `bins` (2–255) value bins a feature, about equally full (see findBinThresholds); nulls
 * have a bin of their own besides.
 * @param options.rows row i of the result is row `rows[i]`; all rows by default. Bounds come from these rows only.
 * @param options.pool does the work; by default the calling thread.
 * @throws UserError `infinite-feature`
 */
export async function binFeatures(
  matrix: FeatureMatrix,
  options: { readonly bins: number; readonly rows?: Int32Array; readonly pool?: WorkerPool },
): Promise<BinnedMatrix> {
  const { bins, rows = allRows(matrix.rowCount), pool = openWorkerPool({ workers: 1 }) } = options;
  matrix.columns.forEach((column, feature) => {
    checkFinite(column, rows, matrix.featureNames[feature]);
  });
  const bounds = await pool.run({ kind: 'bounds', matrix, rows, bins }, matrix.columns.length);
  const codes = new Uint8Array(new SharedArrayBuffer(rows.length * bounds.length));
  const binned = { rowCount: rows.length, bounds, codes };
  await pool.run({ kind: 'encode', matrix, rows, binned }, matrix.columns.length);
  return binned;
}

/** The rows 0 … rowCount − 1, in shared memory. */
export function allRows(rowCount: number): Int32Array {
  const rows = new Int32Array(new SharedArrayBuffer(rowCount * 4));
  for (let row = 0; row < rowCount; row++) rows[row] = row;
  return rows;
}

function checkFinite(column: Float32Array, rows: Int32Array, name: string): void {
  for (let i = 0; i < rows.length; i++) {
    if (Math.abs(column[rows[i]]) !== Number.POSITIVE_INFINITY) continue;
    throw new UserError('infinite-feature', `Feature ${name} is infinite in row ${rows[i]}.`, {
      next: 'Make it a number or null: a float32 holds up to 3.4e38, and what is unknown is null.',
    });
  }
}

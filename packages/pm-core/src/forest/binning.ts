import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { seededRandom } from '../random.ts';
import { sortFloats } from '../sort-floats.ts';
import { binCodes } from './bin-code.ts';
import { findBinThresholds } from './bin-thresholds.ts';
import type { BinnedMatrix } from './binned-matrix.ts';

/** Rows that the bounds of bins are found from: enough for quantiles, few enough to sort. */
export const BOUNDS_ROWS = 100_000;

/**
 * Upper bounds of a feature's bins (see findBinThresholds) from the given rows. Of more than {@link BOUNDS_ROWS} one is drawn from
 * each of so many equal stretches, the same in every run.
 */
export function featureBounds(
  matrix: FeatureMatrix,
  feature: number,
  rows: Int32Array,
  bins: number,
): Float32Array {
  const column = matrix.columns[feature];
  const random = seededRandom(feature);
  const values = new Float32Array(Math.min(rows.length, BOUNDS_ROWS));
  const stretch = rows.length / values.length;
  let valueCount = 0;
  for (let i = 0; i < values.length; i++) {
    const value = column[rows[stretch === 1 ? i : Math.floor((i + random()) * stretch)]];
    if (!Number.isNaN(value)) values[valueCount++] = value;
  }
  return findBinThresholds(sortFloats(values.subarray(0, valueCount)), bins);
}

/** Writes the codes of one feature; row i of the binned matrix is row `rows[i]` of the other. */
export function encodeFeature(
  { bounds, codes, rowCount }: BinnedMatrix,
  matrix: FeatureMatrix,
  feature: number,
  rows: Int32Array,
): void {
  binCodes(matrix.columns[feature], rows, bounds[feature], codes, feature * rowCount, 1);
}

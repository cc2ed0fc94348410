import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { seededRandom } from '../random.ts';

/** At most `count` rows, one at random from each of `count` equal stretches of the matrix, so that all of its time is seen. */
export function sampleRows(matrix: FeatureMatrix, count: number, seed: number): Float32Array[] {
  const random = seededRandom(seed);
  const stretch = Math.max(1, matrix.rowCount / count);
  return Array.from({ length: Math.min(count, matrix.rowCount) }, (_, index) => {
    const row = Math.floor((index + (stretch > 1 ? random() : 0)) * stretch);
    return Float32Array.from(matrix.columns, (column) => column[row]);
  });
}

/** Rows of one value a feature as a matrix. */
export function matrixOfRows(
  rows: readonly ArrayLike<number>[],
  featureNames: readonly string[],
): FeatureMatrix {
  const columns = featureNames.map((_, feature) => {
    const column = new Float32Array(new SharedArrayBuffer(rows.length * 4));
    rows.forEach((row, index) => {
      column[index] = row[feature];
    });
    return column;
  });
  return { featureNames, rowCount: rows.length, columns };
}

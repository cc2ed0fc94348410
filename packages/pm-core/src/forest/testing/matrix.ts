import type { FeatureMatrix } from '../../features/feature-matrix.ts';

/** A matrix of columns of numbers (NaN: null), features named f0, f1, …. */
export function matrixOf(columns: readonly ArrayLike<number>[]): FeatureMatrix {
  return {
    featureNames: columns.map((_, feature) => `f${feature}`),
    rowCount: columns[0]?.length ?? 0,
    columns: columns.map((values) => {
      const column = new Float32Array(new SharedArrayBuffer(values.length * 4));
      column.set(values);
      return column;
    }),
  };
}

import type { FeatureMatrix } from 'pm-core/features';

/** A matrix of columns of equal length, by name. */
export function matrixOf(columns: Readonly<Record<string, readonly number[]>>): FeatureMatrix {
  return {
    featureNames: Object.keys(columns),
    rowCount: Object.values(columns)[0]!.length,
    columns: Object.values(columns).map((values) => {
      const column = new Float32Array(new SharedArrayBuffer(4 * values.length));
      column.set(values);
      return column;
    }),
  };
}

/** Columns of float32 values in shared memory, one array a feature, all of `rowCount`; NaN is null. */
export interface FeatureMatrix {
  readonly featureNames: readonly string[];
  readonly rowCount: number;
  readonly columns: readonly Float32Array<SharedArrayBuffer>[];
}

/** Feature values as codes of their bins (see bin-code.ts), in shared memory. */
export interface BinnedMatrix {
  readonly rowCount: number;
  /** Upper bounds of each feature's bins; code c has the bound `bounds[feature][c − 1]`. */
  readonly bounds: readonly Float32Array[];
  /** Column-major: feature f of row r is `codes[f × rowCount + r]`, so that a node which reads a few features reads them only. */
  readonly codes: Uint8Array<SharedArrayBuffer>;
}

/** Feature values as codes of their bins (see bin-code.ts), in shared memory, twice: each layout is fast for another size of node. */
export interface BinnedMatrix {
  readonly rowCount: number;
  /** Upper bounds of each feature's bins; code c has the bound `bounds[feature][c − 1]`. */
  readonly bounds: readonly Float32Array[];
  /** Column-major: feature f of row r is `codes[f × rowCount + r]`. Large nodes read a few columns in full. */
  readonly codes: Uint8Array<SharedArrayBuffer>;
  /** Row-major: row r starts at byte `r × recordBytes`. Small nodes gather whole rows. */
  readonly records: Uint8Array<SharedArrayBuffer>;
  /** Features rounded up to whole 32-bit words. */
  readonly recordBytes: number;
}

/** Memory for the codes of rows × features, all null. */
export function allocateBinned(rowCount: number, bounds: readonly Float32Array[]): BinnedMatrix {
  const recordBytes = Math.ceil(bounds.length / 4) * 4;
  return {
    rowCount,
    bounds,
    codes: new Uint8Array(new SharedArrayBuffer(rowCount * bounds.length)),
    records: new Uint8Array(new SharedArrayBuffer(rowCount * recordBytes)),
    recordBytes,
  };
}

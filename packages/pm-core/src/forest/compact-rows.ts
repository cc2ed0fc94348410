import type { BinnedMatrix } from './binned-matrix.ts';
import type { PackedRows } from './packed-rows.ts';

/** Codes of a compacted subtree: few enough to stay in a core's second-level cache. */
const COMPACT_BYTES = 9 * 2 ** 15;

/** Rows that are few enough to be compacted. */
export const compactCapacity = (binned: BinnedMatrix): number =>
  Math.floor(COMPACT_BYTES / binned.recordBytes);

/** Room for the rows of a small subtree, read by records: a row's codes stand together and its position is their first. */
export function allocateCompactRows(binned: BinnedMatrix, { classBits }: PackedRows): PackedRows {
  const capacity = compactCapacity(binned);
  return {
    packed: new Int32Array(capacity),
    spare: new Int32Array(capacity),
    classBits,
    codes: new Uint8Array(capacity * binned.recordBytes),
    featureStride: 1,
  };
}

/** Copies the records of the rows at start ≤ i < end to the front of `compact`, in their order. */
export function compactRows(
  compact: PackedRows,
  binned: BinnedMatrix,
  rows: PackedRows,
  start: number,
  end: number,
): void {
  const { recordBytes } = binned;
  const wordsPerRecord = recordBytes / 4;
  const from = new Int32Array(binned.records.buffer);
  const to = new Int32Array(compact.codes.buffer);
  const classMask = (1 << rows.classBits) - 1;
  for (let i = start, word = 0; i < end; i++) {
    const row = rows.packed[i];
    compact.packed[i - start] = ((word * 4) << rows.classBits) | (row & classMask);
    const record = (row >>> rows.classBits) * wordsPerRecord;
    for (let w = 0; w < wordsPerRecord; w++) to[word++] = from[record + w];
  }
}

import { randomAt } from '../random.ts';
import type { BinnedMatrix } from './binned-matrix.ts';
import type { Split } from './split.ts';

/**
 * Rows as one integer each, `row << classBits | class`, so that a row's class costs no look-up of its own. The code of
 * feature f is `codes[f × rowCount + row]`. A node of a tree owns a range of `packed`.
 */
export interface PackedRows {
  readonly packed: Int32Array;
  /** Room for a partition, as long as `packed`. */
  readonly spare: Int32Array;
  readonly classBits: number;
  readonly codes: Uint8Array;
  /** Rows of the whole matrix. */
  readonly rowCount: number;
}

/** Bits that hold a class number below `classCount`. */
const classBitsFor = (classCount: number): number => 32 - Math.clz32(classCount - 1);

/** Room for all rows of a matrix. */
export function allocateRows(binned: BinnedMatrix, classCount: number): PackedRows {
  return {
    packed: new Int32Array(binned.rowCount),
    spare: new Int32Array(binned.rowCount),
    classBits: classBitsFor(classCount),
    codes: binned.codes,
    rowCount: binned.rowCount,
  };
}

/**
 * Draws exactly `wanted` of the rows 0 … rowCount − 1 without replacement, each set as likely as any other (selection sampling,
 * Knuth, TAOCP 3.4.2 S), by the numbers of seededRandom(seed): `into` begins with them, and the others follow, each in ascending
 * order. Free of branches, as the outcome is what a processor cannot foresee.
 */
export function drawRows(
  into: Int32Array,
  { rowCount, wanted }: { readonly rowCount: number; readonly wanted: number },
  seed: number,
): void {
  for (let row = 0, taken = 0; row < rowCount; row++) {
    const isTaken = Number(randomAt(seed, row) * (rowCount - row) < wanted - taken);
    into[taken + (1 - isTaken) * (wanted + row - 2 * taken)] = row;
    taken += isTaken;
  }
}

/** Packs the class of each of the first `count` rows beside it; until then they are row numbers only. */
export function packClasses({ packed, classBits }: PackedRows, labels: Uint8Array, count: number): void {
  for (let i = 0; i < count; i++) packed[i] = (packed[i] << classBits) | labels[packed[i]];
}

/**
 * Moves the rows at start ≤ i < end that a split sends left before those it sends right, each side in its former order.
 * Free of branches: which way a row goes is what a processor cannot foresee.
 * @returns where the right side starts.
 */
export function partitionRows(rows: PackedRows, start: number, end: number, split: Split): number {
  const { packed, spare, classBits, codes } = rows;
  const column = split.feature * rows.rowCount;
  // Less 1 in a byte, the code of nulls becomes the greatest.
  const less = split.nullGoesLeft ? 0 : 1;
  const last = split.code - less;
  let left = start;
  let right = 0;
  for (let i = start; i < end; i++) {
    const row = packed[i];
    const goesRight = (last - ((codes[column + (row >>> classBits)] - less) & 255)) >>> 31;
    packed[left] = row;
    spare[right] = row;
    left += 1 - goesRight;
    right += goesRight;
  }
  for (let i = 0; i < right; i++) packed[left + i] = spare[i];
  return left;
}

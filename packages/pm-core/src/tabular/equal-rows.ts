import type { FeatureMatrix } from '../features/feature-matrix.ts';

/** For each row the number of the first row with the same bits in every feature: its own where it is the first. */
export function equalRows({ columns, rowCount }: FeatureMatrix): Int32Array {
  const bits = columns.map((column) => new Int32Array(column.buffer, column.byteOffset, rowCount));
  const firstOf = new Map<string, number>();
  return Int32Array.from({ length: rowCount }, (_, row) => {
    const key = bits.map((column) => column[row]).join();
    const first = firstOf.get(key) ?? row;
    firstOf.set(key, first);
    return first;
  });
}

/** Writes rows [start, start + count) of some columns into a row-major array of count × columns. */
export function fillRows(
  columns: readonly Float32Array[],
  { start, count, into }: { start: number; count: number; into: Float32Array },
): void {
  const width = columns.length;
  columns.forEach((column, feature) => {
    for (let row = 0, at = feature; row < count; row++, at += width) into[at] = column[start + row];
  });
}

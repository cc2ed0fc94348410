/** Places of the rows that pass a test, ascending. */
export function placesWhere(rowCount: number, passes: (row: number) => boolean): Int32Array<ArrayBuffer> {
  const places = new Int32Array(rowCount);
  let count = 0;
  for (let row = 0; row < rowCount; row++) if (passes(row)) places[count++] = row;
  return places.slice(0, count);
}

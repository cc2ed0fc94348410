/** Code of a null (NaN); values have the codes 1, 2, … of their bins. */
export const NULL_CODE = 0;

/**
 * Code of a value: 1 + the number of bounds below it, so that value ≤ bounds[i] exactly where code ≤ i + 1.
 * A binary search without branches, which a processor would guess wrong half of the time.
 * @param bounds ascending; the value may exceed the last.
 */
export function binCode(value: number, bounds: Float32Array): number {
  let below = 0;
  for (let rest = bounds.length; rest > 0; ) {
    const half = (rest + 1) >>> 1;
    below += Number(value > bounds[below + half - 1]) * half;
    rest -= half;
  }
  return Number.isNaN(value) ? NULL_CODE : below + 1;
}

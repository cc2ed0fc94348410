/** Code of a null (NaN); values have the codes 1, 2, … of their bins. */
export const NULL_CODE = 0;

/**
 * Code of a value: 1 + the number of bounds below it, so that value ≤ bounds[i] exactly where code ≤ i + 1.
 * @param bounds ascending; the value may exceed the last.
 */
export function binCode(value: number, bounds: Float32Array): number {
  if (Number.isNaN(value)) return NULL_CODE;
  let below = 0;
  let rest = bounds.length;
  while (rest > 0) {
    const half = rest >>> 1;
    const isAbove = value > bounds[below + half];
    below = isAbove ? below + half + 1 : below;
    rest = isAbove ? rest - half - 1 : half;
  }
  return below + 1;
}

/** Code of a null (NaN); values have the codes 1, 2, … of their bins. */
export const NULL_CODE = 0;

/**
 * Code of a value: 1 + the number of bounds below it, so that value ≤ bounds[i] exactly where code ≤ i + 1.
 * @param bounds ascending; the value may exceed the last.
 */
export function binCode(value: number, bounds: Float32Array): number {
  let below = 0;
  for (let rest = bounds.length; rest > 0; rest = afterStep(rest))
    below = searchStep(value, bounds, below, rest);
  return codeOf(value, below);
}

/**
 * Codes of a column's values: that of `column[rows[i]]` goes to `into[start + i × stride]`. Four searches go side by side: each
 * step waits for the one before, and meanwhile the other three may take theirs.
 */
export function binCodes(
  column: Float32Array,
  rows: Int32Array,
  bounds: Float32Array,
  into: Uint8Array | Uint16Array,
  start: number,
  stride: number,
): void {
  const whole = rows.length - (rows.length % 4);
  for (let i = 0, at = start; i < whole; i += 4, at += 4 * stride) {
    const value0 = column[rows[i]];
    const value1 = column[rows[i + 1]];
    const value2 = column[rows[i + 2]];
    const value3 = column[rows[i + 3]];
    let below0 = 0;
    let below1 = 0;
    let below2 = 0;
    let below3 = 0;
    for (let rest = bounds.length; rest > 0; rest = afterStep(rest)) {
      below0 = searchStep(value0, bounds, below0, rest);
      below1 = searchStep(value1, bounds, below1, rest);
      below2 = searchStep(value2, bounds, below2, rest);
      below3 = searchStep(value3, bounds, below3, rest);
    }
    into[at] = codeOf(value0, below0);
    into[at + stride] = codeOf(value1, below1);
    into[at + 2 * stride] = codeOf(value2, below2);
    into[at + 3 * stride] = codeOf(value3, below3);
  }
  for (let i = whole; i < rows.length; i++) into[start + i * stride] = binCode(column[rows[i]], bounds);
}

/** A step of a binary search among `rest` bounds, without a branch, which a processor would guess wrong half of the time. */
function searchStep(value: number, bounds: Float32Array, below: number, rest: number): number {
  const half = (rest + 1) >>> 1;
  return below + Number(value > bounds[below + half - 1]) * half;
}

const afterStep = (rest: number): number => rest >>> 1;

const codeOf = (value: number, below: number): number => (Number.isNaN(value) ? NULL_CODE : below + 1);

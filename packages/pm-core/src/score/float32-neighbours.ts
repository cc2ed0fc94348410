const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The least float32 greater than a finite or infinite float32; +∞ stays, both zeros give the least subnormal. */
export function nextUp(value: number): number {
  if (value === Number.POSITIVE_INFINITY) return value;
  if (value === 0) return 2 ** -149;
  float[0] = value;
  bits[0] += value > 0 ? 1 : -1;
  return float[0];
}

/** The greatest float32 less than a finite or infinite float32; −∞ stays. */
export function nextDown(value: number): number {
  return -nextUp(-value);
}

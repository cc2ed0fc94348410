/** Largest finite float32: as a threshold it sends every value left and only nulls right. */
export const MAX_FLOAT32 = 3.4028234663852886e38;

/**
 * Upper bounds of the value bins of one feature, ascending; bin b (from 1) holds the values in
 * (bounds[b − 2], bounds[b − 1]], closed above. The last bound is {@link MAX_FLOAT32}, so every finite value has a bin.
 *
 * Where `sorted` has at most `bins` distinct values each gets a bin of its own; else bins have about equally many values,
 * equal ones never apart. A bound between the neighbours a < b is their midpoint rounded towards −∞ in float32: a ≤ bound < b.
 * @param sorted finite values in ascending order, nulls left out; may be empty.
 */
export function findBinThresholds(sorted: Float32Array, bins: number): Float32Array {
  const bounds: number[] = [];
  const isExact = countDistinct(sorted, bins) <= bins;
  let binStart = 0;
  for (let end = 1; end < sorted.length && bounds.length < bins - 1; end++) {
    const below = sorted[end - 1];
    const above = sorted[end];
    if (below === above) continue;
    const fairShare = (sorted.length - binStart) / (bins - bounds.length);
    if (isExact || end - binStart >= fairShare) {
      bounds.push(roundDownToFloat32((below + above) / 2));
      binStart = end;
    }
  }
  return Float32Array.of(...bounds, MAX_FLOAT32);
}

/** Distinct values of an ascending array; stops counting above `limit`. */
function countDistinct(sorted: Float32Array, limit: number): number {
  let distinct = Math.min(sorted.length, 1);
  for (let i = 1; i < sorted.length && distinct <= limit; i++) {
    if (sorted[i] !== sorted[i - 1]) distinct++;
  }
  return distinct;
}

/** The largest float32 ≤ a number that lies between two finite float32 values. */
export function roundDownToFloat32(value: number): number {
  const nearest = Math.fround(value);
  return nearest <= value ? nearest : nextBelow(nearest);
}

function nextBelow(value: number): number {
  if (value === 0) return -(2 ** -149);
  const float = Float32Array.of(value);
  new Int32Array(float.buffer)[0] += value > 0 ? -1 : 1;
  return float[0];
}

/** More would say nothing: a leaf's share of classes is an estimate from at most some hundred thousand rows. */
const MAX_UNITS = 2 ** 20;

/** Units of each leaf in a forest of so many trees: the greatest power of two ≤ 2^20 with units × trees ≤ 2^24. */
export function unitsPerLeafFor(treeCount: number): number {
  return Math.min(MAX_UNITS, 2 ** (31 - Math.clz32(2 ** 24 / treeCount)));
}

/**
 * Shares out `units` among the classes of a leaf in proportion to their rows, by largest remainder; equal remainders favour
 * the lower class. The result sums to exactly `units`.
 * @param counts rows of each class, at least one in all.
 */
export function leafUnits(counts: Int32Array, units: number): Int32Array {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const only = counts.indexOf(rows);
  if (only !== -1) return new Int32Array(counts.length).fill(units, only, only + 1);
  // Whole numbers below 2^53: no remainder is rounded.
  const result = counts.map((count) => Math.floor((count * units) / rows));
  const remainders = Array.from(counts, (count) => (count * units) % rows);
  const left = units - result.reduce((sum, share) => sum + share, 0);
  const byRemainder = remainders.map((_, c) => c).sort((a, b) => remainders[b] - remainders[a] || a - b);
  for (const classNumber of byRemainder.slice(0, left)) result[classNumber]++;
  return result;
}

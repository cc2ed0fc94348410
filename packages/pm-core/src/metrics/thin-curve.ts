/**
 * Which points of a curve to keep so that it looks the same with few: its ends, and between them the points nearest after
 * equal steps of its length (|Δx| + |Δy|). Ascending indices, at most `maxPoints` (≥ 2) of them; all where that suffices.
 */
export function thinCurve(x: ArrayLike<number>, y: ArrayLike<number>, maxPoints: number): Int32Array {
  if (x.length <= maxPoints) return Int32Array.from({ length: x.length }, (_, i) => i);
  const step = (i: number) => Math.abs(x[i] - x[i - 1]) + Math.abs(y[i] - y[i - 1]);
  let total = 0;
  for (let i = 1; i < x.length; i++) total += step(i);
  const kept = [0];
  let travelled = 0;
  for (let i = 1; i < x.length - 1; i++) {
    travelled += step(i);
    if (travelled * (maxPoints - 1) < kept.length * total || kept.length > maxPoints - 2) continue;
    kept.push(i);
  }
  return Int32Array.from([...kept, x.length - 1]);
}

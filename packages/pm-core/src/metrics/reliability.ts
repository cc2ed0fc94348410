import { sortFloats } from '../sort-floats.ts';

/** One bin of a reliability curve: rows of similar score, and how often it came true. */
export interface ReliabilityBin {
  readonly rowCount: number;
  readonly meanScore: number;
  /** Share of the rows that are positive. */
  readonly positiveShare: number;
}

export const RELIABILITY_BINS = 15;

/**
 * Reliability curve over bins of equal mass, from the lowest scores up: scikit-learn's `calibration_curve` with
 * `strategy='quantile'`. Rows of one score are never parted, so that bins may differ in size; an empty one is left out.
 * @param scores one a row, each in [0, 1].
 * @param isPositive 1 for a positive row, else 0.
 */
export function reliabilityCurve(
  scores: Float32Array,
  isPositive: Uint8Array,
  bins: number = RELIABILITY_BINS,
): ReliabilityBin[] {
  if (scores.length === 0) return [];
  const sorted = sortFloats(scores);
  const edges = Array.from({ length: bins - 1 }, (_, i) => quantile(sorted, (i + 1) / bins));
  const sums = Array.from({ length: bins }, () => ({ rowCount: 0, score: 0, positives: 0 }));
  for (let row = 0; row < scores.length; row++) {
    let above = 0;
    while (above < edges.length && edges[above] < scores[row]) above++;
    const bin = sums[above];
    bin.rowCount++;
    bin.score += scores[row];
    bin.positives += isPositive[row];
  }
  return sums
    .filter(({ rowCount }) => rowCount > 0)
    .map(({ rowCount, score, positives }) => ({
      rowCount,
      meanScore: score / rowCount,
      positiveShare: positives / rowCount,
    }));
}

/** Expected calibration error: the mean over all rows of how far their bin's mean score lies from its share of positives. */
export function expectedCalibrationError(curve: readonly ReliabilityBin[]): number {
  let [rows, distance] = [0, 0];
  for (const { rowCount, meanScore, positiveShare } of curve) {
    rows += rowCount;
    distance += rowCount * Math.abs(meanScore - positiveShare);
  }
  return rows === 0 ? 0 : distance / rows;
}

/** NumPy's default: linear between the two nearest ranks. */
function quantile(sorted: Float32Array, level: number): number {
  const place = level * (sorted.length - 1);
  const below = Math.floor(place);
  const next = sorted[Math.min(below + 1, sorted.length - 1)];
  return sorted[below] + (place - below) * (next - sorted[below]);
}

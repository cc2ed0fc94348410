/**
 * How much of the probability a class gets, by its raw score: `units[i]` where thresholds[i − 1] < score ≤ thresholds[i], the last
 * one above all thresholds (ascending, one fewer than units). Units are whole, 1 or more, and do not fall.
 */
export interface StepCurve {
  readonly thresholds: Float32Array;
  readonly units: Int32Array;
}

/**
 * A curve for each class, against the rest. A row's calibrated probability of a class is its units / the units of all classes, as
 * float32; its label the class with most units, the lowest on a tie. Units of all classes sum to at most 2^24, so that float32
 * counts them exactly, and any runtime gets the same bits from the same raw scores.
 */
export type Calibration = readonly StepCurve[];

/** Units of a curve at a score; a NaN is not a score. */
export function unitsAt({ thresholds, units }: StepCurve, score: number): number {
  let [low, high] = [0, thresholds.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (score <= thresholds[middle]) high = middle;
    else low = middle + 1;
  }
  return units[low];
}

/** What {@link calibratedUnits} reads and writes. */
export interface RowScores {
  /** Raw scores, one a class. */
  readonly scores: Float32Array;
  readonly units: Int32Array;
}

/** Writes each class's units and returns their sum. */
export function calibratedUnits(calibration: Calibration, { scores, units }: RowScores): number {
  let total = 0;
  for (let c = 0; c < calibration.length; c++) total += units[c] = unitsAt(calibration[c], scores[c]);
  return total;
}

/**
 * What one sensor's readings so far say about a passing shift that is on now: the weight of none, and of one that began
 * 1, 2 … readings ago. Weights sum to 1.
 */
export interface ShiftBelief {
  none: number;
  /** Ring: the weight of a shift whose first reading was i + 1 readings ago is at (newest + i) mod length. */
  readonly since: Float64Array;
  newest: number;
}

export const noShift = (lengthReadings: number): ShiftBelief => ({
  none: 1,
  since: new Float64Array(lengthReadings),
  newest: 0,
});

export const copyBelief = (belief: ShiftBelief): ShiftBelief => ({ ...belief, since: belief.since.slice() });

/**
 * One step of the forward filter, in place: an old shift ends after its length, a new one starts with `startProbability`
 * where none is on, then every weight on a shift is multiplied by `likelihoodRatio` = p(reading | shift) / p(reading | none).
 * Returns p(reading | all before) / p(reading | none).
 */
export function updateBelief(belief: ShiftBelief, startProbability: number, likelihoodRatio: number): number {
  const { since } = belief;
  const oldest = (belief.newest + since.length - 1) % since.length;
  const free = belief.none + since[oldest]!;
  since[oldest] = free * startProbability;
  belief.newest = oldest;
  belief.none = free * (1 - startProbability);
  let total = belief.none;
  for (let i = 0; i < since.length; i++) {
    since[i]! *= likelihoodRatio;
    total += since[i]!;
  }
  const scale = 1 / total;
  belief.none *= scale;
  for (let i = 0; i < since.length; i++) since[i]! *= scale;
  return total;
}

import type { FailureLaw } from '../failure-law.ts';

/**
 * p(readings | a sign from `signFrom` on) / p(readings | none), by listing every set of passing shifts that the readings could
 * hold: the slow twin of the forward filter, for a dozen readings. `readings` run to the cutoff.
 */
export function signRatioTwin(law: FailureLaw, readings: ArrayLike<number>, signFrom: number): number {
  const { mean, standardDeviation, signShift } = law.sensors.volt;
  const chance = law.passingShiftProbabilityPerHour;
  const density = (hour: number, shifts: number) =>
    Math.exp(-(((readings[hour]! - mean - shifts * signShift) / standardDeviation) ** 2) / 2);
  const likelihood = (hour: number, shiftLeft: number, failing: boolean): number => {
    if (hour === readings.length) return 1;
    const sign = failing && hour >= signFrom ? 1 : 0;
    const on = (left: number) => density(hour, sign + 1) * likelihood(hour + 1, left - 1, failing);
    if (shiftLeft > 0) return on(shiftLeft);
    const off = density(hour, sign) * likelihood(hour + 1, 0, failing);
    return chance * on(law.signHours) + (1 - chance) * off;
  };
  return likelihood(0, 0, true) / likelihood(0, 0, false);
}

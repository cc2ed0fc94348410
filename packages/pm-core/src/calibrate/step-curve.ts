import type { StepCurve } from './calibration.ts';
import type { Curve } from './curve.ts';

/** Log odds beyond ± this are as good as certain: 4.5e-5. */
export const FARTHEST_LOG_ODDS = 10;
const STEPS = 1024;

/** The most units of a class: a power of two with which all classes together stay below 2^23, where float32 tells all quotients apart. */
const maxUnits = (classCount: number): number => 2 ** (23 - Math.ceil(Math.log2(classCount)));

/**
 * A curve in 1,024 steps of equal width between log odds −10 and 10 (2 % of the odds each), at the value in the middle of each;
 * neighbours that round to the same units become one.
 * @param scoreOf the raw score that stands for log odds, increasing.
 */
export function stepCurve(
  curve: Curve,
  { scoreOf, classCount }: { scoreOf: (logOdds: number) => number; classCount: number },
): StepCurve {
  const width = (2 * FARTHEST_LOG_ODDS) / STEPS;
  const most = maxUnits(classCount);
  const thresholds: number[] = [];
  const units: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const start = -FARTHEST_LOG_ODDS + step * width;
    const value = Math.min(Math.max(Math.round(curve(start + width / 2) * most), 1), most);
    if (value === units.at(-1)) continue;
    if (step > 0) thresholds.push(scoreOf(start));
    units.push(value);
  }
  return { thresholds: Float32Array.from(thresholds), units: Int32Array.from(units) };
}

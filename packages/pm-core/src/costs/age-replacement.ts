import type { ReplacementCosts } from './component-history.ts';
import type { Weibull } from './weibull.ts';

/** Replacing a component at an age, or when it fails if that is sooner; costs a day of one component in the long run. */
export interface AgeReplacement {
  readonly intervalDays: number;
  readonly costPerDay: number;
  /** Of replacing on failure only. */
  readonly runToFailurePerDay: number;
}

/** Longest interval looked at, in scales: by then all have failed. */
const MOST_SCALES = 4;
/** Steps of the integral up to there, even for Simpson's rule. */
const STEPS = 4000;

/**
 * The interval that costs least in the long run: (planned × R(t) + failure × F(t)) / ∫₀ᵗ R, R being the survival (Barlow & Hunter
 * 1960). Undefined where the calendar cannot help: nothing wears out (shape ≤ 1), or no interval is cheaper than waiting.
 */
export function bestInterval(
  law: Weibull,
  { plannedReplacement, unplannedFailure }: ReplacementCosts,
): AgeReplacement | undefined {
  if (law.shape <= 1) return undefined;
  const width = (MOST_SCALES * law.scaleDays) / STEPS;
  const survival = (days: number) => Math.exp(-((days / law.scaleDays) ** law.shape));
  let served = 0;
  let best = { intervalDays: Number.POSITIVE_INFINITY, costPerDay: Number.POSITIVE_INFINITY };
  for (let step = 1; step <= STEPS; step++) {
    const [start, end] = [(step - 1) * width, step * width];
    served += (width / 6) * (survival(start) + 4 * survival((start + end) / 2) + survival(end));
    const costPerDay = (plannedReplacement * survival(end) + unplannedFailure * (1 - survival(end))) / served;
    if (costPerDay < best.costPerDay) best = { intervalDays: end, costPerDay };
  }
  const runToFailurePerDay = unplannedFailure / meanLife(law);
  return best.costPerDay < runToFailurePerDay * 0.999 ? { ...best, runToFailurePerDay } : undefined;
}

/** scale × Γ(1 + 1 / shape), days. */
function meanLife({ shape, scaleDays }: Weibull): number {
  return scaleDays * Math.exp(logGamma(1 + 1 / shape));
}

/** ln Γ(x) for x ≥ 1: Stirling's series where it is exact to 1e-12, from x + 10 down by Γ(x + 1) = x Γ(x). */
function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 10; at++) shift += Math.log(at);
  const series = 1 / (12 * at) - 1 / (360 * at ** 3) + 1 / (1260 * at ** 5) - 1 / (1680 * at ** 7);
  return (at - 0.5) * Math.log(at) - at + Math.log(2 * Math.PI) / 2 + series - shift;
}

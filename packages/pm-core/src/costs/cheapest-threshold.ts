import { type AlertCosts, alertReplay, type Judgement, type ScoredCutoffs } from './alert-costs.ts';

const CANDIDATES = 40;

/**
 * Thresholds that a plan may choose from, ascending: from planned / failure, below which acting on one row costs more than it can
 * save, in equal steps to 1. Waiting for more certainty may pay, so the best one is often higher.
 */
function candidateThresholds({ costs }: Pick<Judgement, 'costs'>): number[] {
  const least = Math.min(1, costs.plannedReplacement / costs.unplannedFailure);
  return Array.from({ length: CANDIDATES + 1 }, (_, i) => least + ((1 - least) * i) / CANDIDATES);
}

/** The cost at each candidate threshold. */
export function costCurve(scored: ScoredCutoffs, judgement: Judgement): AlertCosts[] {
  const costsAt = alertReplay(scored, judgement);
  return candidateThresholds(judgement).map((threshold) => costsAt(threshold));
}

/** The candidate with the least cost, on a tie the lowest: it warns earliest. */
export const cheapestThreshold = (scored: ScoredCutoffs, judgement: Judgement): AlertCosts =>
  costCurve(scored, judgement).reduce((best, one) => (one.cost < best.cost ? one : best));

import type { TrialResult } from './sampler.ts';

/** Fewer results to be held against say nothing. */
const LEAST_PEERS = 5;

/**
 * Whether a trial is to be given up after its latest step: its loss lies above the median of what earlier trials had shown by the
 * same step (Golovin and others, Google Vizier, 2017).
 * @param steps losses of the trial after each step so far, at least one.
 * @param results of earlier trials; those that did not come as far are left out.
 */
export function isHopeless(steps: readonly number[], results: readonly TrialResult[]): boolean {
  const peers = results.flatMap((result) => result.steps.slice(steps.length - 1, steps.length));
  if (peers.length < LEAST_PEERS) return false;
  const sorted = Float64Array.from(peers).sort();
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return steps.at(-1)! > median;
}

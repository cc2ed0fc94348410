import type { TrialResult } from './sampler.ts';

/** Fewer results to be held against say nothing. */
const LEAST_PEERS = 6;

/**
 * Whether a trial is to be given up after its latest step: it is not in the best third of what earlier trials had shown by the same
 * step, those that were given up then among them. Vizier's median rule (Golovin and others, 2017), stricter because folds are the
 * same for all trials: what is behind on one seldom leads on all.
 * @param steps losses of the trial after each step so far, at least one.
 * @param results of earlier trials; those that did not come as far are left out.
 */
export function isHopeless(steps: readonly number[], results: readonly TrialResult[]): boolean {
  const peers = results.flatMap((result) => result.steps.slice(steps.length - 1, steps.length));
  if (peers.length < LEAST_PEERS) return false;
  const sorted = Float64Array.from(peers).sort();
  return steps.at(-1)! > sorted[Math.ceil(sorted.length / 3) - 1]!;
}

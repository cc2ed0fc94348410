import type { Random } from '../random.ts';
import { branchesOf, type SearchSpace, type Values } from './search-space.ts';
import { valueAt } from './unit-interval.ts';

/** What became of a trial. */
export interface TrialResult {
  readonly values: Values;
  /** The smaller the better. Of a trial that was given up: the last one that it showed; infinite where it failed. */
  readonly loss: number;
  /** The loss as it stood after each step; the last one is `loss`. */
  readonly steps: readonly number[];
  /** Given up before its last step. */
  readonly isPruned: boolean;
}

/** Proposes the next point, from results in the order of their trials. */
export type Sampler = (space: SearchSpace, results: readonly TrialResult[], random: Random) => Values;

/** Draws every parameter on its own, whatever the results were. */
export const sampleRandomly: Sampler = (space, _results, random) => {
  const values: Record<string, Values[string]> = {};
  for (const [name, dimension] of Object.entries(space)) {
    const value = valueAt(dimension, random());
    values[name] = value;
    const branch = branchesOf(dimension)?.[String(value)];
    if (branch !== undefined) Object.assign(values, sampleRandomly(branch, [], random));
  }
  return values;
};

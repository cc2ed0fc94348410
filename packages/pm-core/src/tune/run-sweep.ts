import { deriveSeed, seededRandom } from '../random.ts';
import { isHopeless } from './prune.ts';
import type { Sampler, TrialResult } from './sampler.ts';
import type { SearchSpace, Values } from './search-space.ts';

/**
 * Trial k is drawn from, and given up by, the results of trials 0 … k − 1 − LAG, so up to LAG + 1 of them can run at a time and
 * none has to know which of the others were quicker.
 */
export const LAG = 7;

export interface Trial {
  /** From 0. */
  readonly number: number;
  readonly values: Values;
  /** Tells the loss after a step; true: the trial is hopeless and should end. */
  readonly report: (loss: number) => boolean;
}

export interface SweepOptions {
  readonly space: SearchSpace;
  readonly sampler: Sampler;
  /** Values of trial 0, where they are not to be drawn; they need not be a point of the space. */
  readonly first?: Values;
  readonly seed: number;
  readonly evaluations: number;
  /** Trials at a time, 1 … LAG + 1. No result depends on it. */
  readonly parallel: number;
  /** Steps of a trial that is not given up. */
  readonly steps: number;
  /** Results of trials that are done already, by their number. */
  readonly done?: ReadonlyMap<number, TrialResult>;
  /** Evaluates a trial: reports its loss after each step; the last one reported is its loss, infinite where none was. */
  readonly evaluate: (trial: Trial) => Promise<void>;
  /** Told of each result, in the order in which trials end. */
  readonly onResult?: (number: number, result: TrialResult) => Promise<void> | void;
}

/**
 * Evaluates points of a space: the results in the order of the trials. Trial k depends on the seed, k and earlier results only, so
 * any number of trials at a time, and a sweep that goes on where another one was interrupted, give the same.
 * @throws what `evaluate` or `onResult` throws first; trials that run then are let end, no further ones begun.
 */
export async function runSweep(options: SweepOptions): Promise<TrialResult[]> {
  const results = new Map(options.done);
  const { evaluations, parallel } = options;
  const running = new Map<number, Promise<void>>();
  try {
    for (let number = 0; number < evaluations; number++) {
      if (results.has(number)) continue;
      while (running.size >= parallel || !isKnown(results, number - LAG)) {
        await Promise.race(running.values());
      }
      // One that failed stays, for the next race to end by it.
      const trial = runTrial(number, options, results).then(() => void running.delete(number));
      running.set(number, trial);
    }
    await Promise.all(running.values());
  } finally {
    await Promise.allSettled(running.values());
  }
  return Array.from({ length: evaluations }, (_, number) => results.get(number)!);
}

/** Whether trials 0 … end − 1 are done. */
function isKnown(results: ReadonlyMap<number, TrialResult>, end: number): boolean {
  for (let number = 0; number < end; number++) if (!results.has(number)) return false;
  return true;
}

async function runTrial(
  number: number,
  { space, sampler, first, seed, steps: stepCount, evaluate, onResult }: SweepOptions,
  results: Map<number, TrialResult>,
): Promise<void> {
  const known = Array.from({ length: Math.max(0, number - LAG) }, (_, earlier) => results.get(earlier)!);
  const draw = () => sampler(space, known, seededRandom(deriveSeed(seed, number)));
  const values = number === 0 && first !== undefined ? first : draw();
  const steps: number[] = [];
  let isPruned = false;
  const report = (loss: number) => {
    steps.push(loss);
    isPruned = steps.length < stepCount && isHopeless(steps, known);
    return isPruned;
  };
  await evaluate({ number, values, report });
  const result = { values, loss: steps.at(-1) ?? Number.POSITIVE_INFINITY, steps, isPruned };
  results.set(number, result);
  await onResult?.(number, result);
}

/** The trial of least loss among those that ran to their end, the earliest on a tie; undefined where none did. */
export function bestTrial(results: readonly TrialResult[]): (TrialResult & { number: number }) | undefined {
  let best: (TrialResult & { number: number }) | undefined;
  results.forEach((result, number) => {
    if (!result.isPruned && result.loss < (best?.loss ?? Number.POSITIVE_INFINITY))
      best = { ...result, number };
  });
  return best;
}

import type { WorkflowConfig } from 'pm-core';
import { bestTrial, type TrialResult } from 'pm-core/tune';

/** Keeps count of a sweep for people. */
export function showSweep(
  { evaluations, metric }: WorkflowConfig['tune'],
  done: ReadonlyMap<number, TrialResult>,
) {
  const results = new Map(done);
  return {
    doneCount: () => results.size,
    /** Takes a result in; the share that is done, and the best so far. */
    add(number: number, result: TrialResult): [fraction: number, detail: string] {
      results.set(number, result);
      const numbers = [...results.keys()].sort((a, b) => a - b);
      const best = bestTrial(numbers.map((key) => results.get(key)!));
      const count = `${results.size}/${evaluations}`;
      if (best === undefined) return [results.size / evaluations, count];
      const figure = (metric === 'log-loss' ? best.loss : 1 - best.loss).toFixed(4);
      const trial = numbers[best.number];
      const detail = `${count}, best ${metric} ${figure} (evaluation ${trial}: ${best.values.algorithm ?? 'tuned'})`;
      return [results.size / evaluations, detail];
    },
  };
}

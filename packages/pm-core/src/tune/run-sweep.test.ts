import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHopeless } from './prune.ts';
import { bestTrial, LAG, runSweep, type SweepOptions, type Trial } from './run-sweep.ts';
import { sampleRandomly, type TrialResult } from './sampler.ts';
import type { SearchSpace } from './search-space.ts';
import { sampleByTpe } from './tpe.ts';

const SPACE: SearchSpace = {
  kind: {
    choice: {
      flat: { height: { uniform: [0, 1] } },
      bowl: { x: { uniform: [-1, 1] }, n: { integer: [1, 9] } },
    },
  },
};
const lossAt = ({ values, number }: Trial, step: number) =>
  (values.kind === 'flat' ? (values.height as number) : (values.x as number) ** 2) +
  ((number * 7 + step) % 5) / 50;

/** Three steps; takes a time of its own, so that trials end in another order than they begin. */
async function evaluate(trial: Trial): Promise<void> {
  await delay((trial.number * 5) % 3);
  for (let step = 0; step < 3; step++) if (trial.report(lossAt(trial, step))) return;
}
const options: SweepOptions = {
  ...{ space: SPACE, sampler: sampleByTpe, seed: 3, evaluations: 40, parallel: 1, steps: 3 },
  evaluate,
};

describe('a sweep', () => {
  it('has the same trials for any number of them at a time, some of them given up', async () => {
    const alone = await runSweep(options);
    expect(alone).toHaveLength(40);
    expect(alone.filter(({ isPruned }) => isPruned).length).toBeGreaterThan(5);
    for (const parallel of [2, 5, LAG + 1]) expect(await runSweep({ ...options, parallel })).toEqual(alone);
  });

  it('begins with the values that it is given, and draws from the results of these as of others', async () => {
    const first = { ...options, first: { kind: 'bowl', x: 0, n: 1 }, sampler: sampleRandomly };
    const [given, ...others] = await runSweep(first);
    expect(given!.values).toBe(first.first);
    expect(others.map(({ values }) => values)).toEqual(
      (await runSweep({ ...options, sampler: sampleRandomly })).slice(1).map(({ values }) => values),
    );
    // None of the space: as a model of the workflow file's own parameters is.
    const results = await runSweep({ ...options, first: {}, evaluate: async ({ report }) => void report(1) });
    expect(results.slice(1).every(({ values }) => 'kind' in values)).toBe(true);
  });

  it('depends on its seed', async () => {
    expect(await runSweep({ ...options, seed: 4 })).not.toEqual(await runSweep(options));
  });

  it('ends as if it had not been interrupted, whichever trials had been done', async () => {
    const whole = await runSweep(options);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(39)), async (numbers) => {
        const done = new Map(numbers.map((number) => [number, whole[number]!]));
        const evaluated: number[] = [];
        const again = await runSweep({
          ...{ ...options, parallel: 2, done },
          evaluate: async (trial) => {
            evaluated.push(trial.number);
            for (let step = 0; step < 3; step++) if (trial.report(lossAt(trial, step))) return;
          },
        });
        expect(again).toEqual(whole);
        expect(evaluated).toHaveLength(40 - numbers.length);
      }),
      { numRuns: 15 },
    );
  });

  it('runs as many at a time as it may, and begins none after one failed', async () => {
    let [running, most, begun] = [0, 0, 0];
    const failing = runSweep({
      ...{ ...options, sampler: sampleRandomly, parallel: 4, steps: 1 },
      evaluate: async ({ number, report }) => {
        begun++;
        most = Math.max(most, ++running);
        await delay(1);
        running--;
        if (number === 9) throw new Error('broken');
        report(1);
      },
    });
    await expect(failing).rejects.toThrow('broken');
    expect([most, running]).toEqual([4, 0]);
    expect(begun).toBeLessThan(10 + LAG);
  });

  it('finds its best among trials that ran to their end', () => {
    const result = (loss: number, isPruned = false): TrialResult => ({
      values: {},
      loss,
      steps: [loss],
      isPruned,
    });
    const results = [result(3), result(1, true), result(2), result(2), result(Number.POSITIVE_INFINITY)];
    expect(bestTrial(results)).toMatchObject({ number: 2, loss: 2 });
    expect(bestTrial([result(1, true), result(Number.POSITIVE_INFINITY)])).toBeUndefined();
  });
});

describe('a trial', () => {
  const peers = (...firstSteps: number[]): TrialResult[] =>
    firstSteps.map((loss) => ({ values: {}, loss, steps: [loss], isPruned: false }));

  it('is hopeless outside the best third of what six others or more had shown by then', () => {
    expect(isHopeless([2.1], peers(6, 5, 4, 3, 2, 1))).toBe(true);
    expect(isHopeless([2], peers(6, 5, 4, 3, 2, 1))).toBe(false);
    expect(isHopeless([3], peers(1, 2, 3, 4, 5, 6, 7))).toBe(false);
    expect(isHopeless([9], peers(1, 2, 3, 4, 5))).toBe(false);
    expect(isHopeless([9, 9], peers(1, 2, 3, 4, 5, 6))).toBe(false);
  });
});

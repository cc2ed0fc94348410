import { describe, expect, it } from 'vitest';
import { bestTrial, runSweep } from './run-sweep.ts';
import { type Sampler, sampleRandomly } from './sampler.ts';
import type { SearchSpace, Values } from './search-space.ts';
import { sampleByTpe } from './tpe.ts';

interface Planted {
  readonly name: string;
  readonly space: SearchSpace;
  readonly loss: (values: Record<string, number>) => number;
}

/** Branin's function with its usual constants: three minima of 0.397887. */
const branin = (x: number, y: number): number =>
  (y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6) ** 2 +
  10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) +
  10;

const PLANTED: readonly Planted[] = [
  {
    name: 'a quadratic of four numbers',
    space: Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, { uniform: [-5, 5] as const }])),
    loss: ({ a, b, c, d }) => (a! - 2) ** 2 + (b! + 1) ** 2 + (c! - 4) ** 2 + d! ** 2,
  },
  {
    name: 'Branin',
    space: { x: { uniform: [-5, 10] }, y: { uniform: [0, 15] } },
    loss: ({ x, y }) => branin(x!, y!),
  },
  {
    name: 'a valley in which two numbers depend on each other',
    space: { x: { uniform: [-2, 2] }, y: { uniform: [-1, 3] }, z: { logUniform: [0.001, 10] } },
    loss: ({ x, y, z }) => 5 * (y! - x! ** 2) ** 2 + (1 - x!) ** 2 + Math.log(z! / 0.1) ** 2,
  },
  {
    name: 'two branches, of which the better one has to be tuned',
    space: {
      kind: {
        choice: {
          left: { width: { uniform: [0, 1] } },
          right: {
            depth: { integer: [1, 30] },
            rate: { logUniform: [0.001, 1] },
            mode: { choice: [1, 2, 3] },
          },
        },
      },
    },
    loss: ({ width, depth, rate, mode }) =>
      width === undefined
        ? ((depth! - 7) / 10) ** 2 + Math.log10(rate! / 0.05) ** 2 + (mode === 2 ? 0 : 0.2)
        : 0.2 + (width - 0.3) ** 2,
  },
];

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);

async function bestLoss({ space, loss }: Planted, sampler: Sampler, seed: number): Promise<number> {
  const results = await runSweep({
    ...{ space, sampler, seed, evaluations: 96, parallel: 1, steps: 1 },
    evaluate: async ({ values, report }) => void report(loss(values as Record<string, number>)),
  });
  return bestTrial(results)!.loss;
}

describe.each(PLANTED)('on $name', (planted) => {
  it('TPE finds a lower loss than random search with as many evaluations, in most sweeps', async () => {
    const pairs = await Promise.all(
      SEEDS.map(async (seed) => [
        await bestLoss(planted, sampleByTpe, seed),
        await bestLoss(planted, sampleRandomly, seed),
      ]),
    );
    const wins = pairs.filter(([tpe, random]) => tpe! < random!).length;
    // By chance alone 28 of 40 happen once in 120 times.
    expect(wins).toBeGreaterThanOrEqual(28);
  });
});

it('a parameter that changes nothing is drawn from everywhere', async () => {
  const seen: Values[] = [];
  await runSweep({
    ...{ space: { idle: { uniform: [0, 1] }, x: { uniform: [0, 1] } }, sampler: sampleByTpe, seed: 1 },
    ...{ evaluations: 300, parallel: 1, steps: 1 },
    evaluate: async ({ values, report }) => {
      seen.push(values);
      report(Math.abs((values.x as number) - 0.5));
    },
  });
  const quarters = [0, 1, 2, 3].map((q) => seen.filter(({ idle }) => Math.floor(4 * (idle as number)) === q));
  for (const quarter of quarters) expect(quarter.length).toBeGreaterThan(5);
  expect(seen.slice(100).filter(({ x }) => Math.abs((x as number) - 0.5) < 0.1).length).toBeGreaterThan(100);
});

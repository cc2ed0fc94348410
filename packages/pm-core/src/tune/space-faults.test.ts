import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelParams } from '../model-params.ts';
import { seededRandom } from '../random.ts';
import { DEFAULT_SPACE } from './default-space.ts';
import { sampleRandomly } from './sampler.ts';
import type { Dimension, SearchSpace } from './search-space.ts';
import { spaceFaults } from './space-faults.ts';
import { mergedParams } from './trial-params.ts';

const FOREST = ModelParams.parse({});
const DRAWS = 300;

/** Bounds about those of the parameter, some beyond them. */
const bounds = (least: number, most: number) =>
  fc
    .uniqueArray(fc.integer({ min: least, max: most }), { minLength: 2, maxLength: 2 })
    .map((ends) => ends.toSorted((a, b) => a - b) as [number, number]);
const space: fc.Arbitrary<SearchSpace> = fc.record({
  algorithm: fc.record({
    choice: fc.record({
      'random-forest': fc.record({
        maxDepth: fc.record({ integer: bounds(0, 32) }),
        subsample: fc.constantFrom<Dimension>({ uniform: [0.1, 1] }, { uniform: [0.5, 1.5] }, 0.5),
      }),
      'gradient-boosting': fc.record({
        lambda: fc.record({ uniform: bounds(-1, 5) }),
        maxDepth: fc.oneof(fc.record({ integer: bounds(1, 21) }), fc.record({ uniform: bounds(1, 9) })),
        classWeights: fc.record({ choice: fc.subarray(['none', 'balanced', 'even'], { minLength: 1 }) }),
      }),
    }),
  }),
});

describe('the faults of a search space', () => {
  it('are none where every point that is drawn is a model, and some where one is not', () => {
    fc.assert(
      fc.property(space, fc.nat(), (one, seed) => {
        const random = seededRandom(seed);
        const isModel = () =>
          ModelParams.safeParse(mergedParams(FOREST, sampleRandomly(one, [], random))).success;
        expect(spaceFaults(FOREST, one).length === 0).toBe(
          Array.from({ length: DRAWS }, isModel).every(Boolean),
        );
      }),
    );
  });

  it('are none in the default space, for any model', () => {
    for (const algorithm of ['random-forest', 'decision-tree', 'gradient-boosting'])
      expect(spaceFaults(ModelParams.parse({ algorithm }), DEFAULT_SPACE)).toEqual([]);
  });

  const nested = (branch: SearchSpace): SearchSpace => ({
    algorithm: { choice: { 'random-forest': branch, 'gradient-boosting': { rounds: 9 } } },
  });
  it.each([
    [
      nested({ maxDept: 3 }),
      'algorithm.choice.random-forest.maxDept',
      /no parameter maxDept; it has trees, maxDepth,/,
    ],
    [
      nested({ lambda: 3 }),
      'algorithm.choice.random-forest.lambda',
      /but gradient-boosting has: name that algorithm/,
    ],
    [
      { rounds: { integer: [1, 9] } },
      'rounds',
      /random-forest has no parameter rounds, but gradient-boosting/,
    ],
    [{ maxDepth: { integer: [9, 99] } }, 'maxDepth', /cannot be 99: .*30/],
    [{ maxDepth: { uniform: [3, 9] } }, 'maxDepth', /cannot be 8\.9\d*: .*int/],
    [{ featuresPerNode: { choice: [3, 'al'] } }, 'featuresPerNode', /cannot be "al": must be sqrt, all, or/],
    [
      { algorithm: { choice: { xgboost: {} } } },
      'algorithm',
      /cannot be "xgboost": must be one of random-forest/,
    ],
    [{ kind: { choice: { a: { maxDepth: 3 }, b: {} } } }, 'kind', /random-forest has no parameter kind/],
  ] as const)('of %j stand at %s', (one, path, message) => {
    const faults = spaceFaults(FOREST, one);
    expect(faults.map((fault) => fault.path.join('.'))).toEqual([path]);
    expect(faults[0]!.message).toMatch(message);
  });
});

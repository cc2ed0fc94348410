import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { sampleRandomly, type TrialResult } from './sampler.ts';
import { branchesOf, type Dimension, optionsOf, SearchSpace, type Values } from './search-space.ts';
import { sampleByTpe } from './tpe.ts';
import { placeOf, valueAt } from './unit-interval.ts';

const scalar = fc.oneof(fc.string(), fc.boolean(), fc.integer());
const pair = (values: fc.Arbitrary<number>) =>
  fc
    .uniqueArray(values, { minLength: 2, maxLength: 2, comparator: (a, b) => a === b })
    .map((ends) => ends.toSorted((a, b) => a - b) as [number, number]);
const number = fc.oneof(
  fc.record({ uniform: pair(fc.integer({ min: -1e6, max: 1e6 })) }),
  fc.record({ logUniform: pair(fc.integer({ min: 1, max: 1e6 })) }),
  fc.record({ integer: pair(fc.integer({ min: -1000, max: 1000 })) }),
);
const leaf: fc.Arbitrary<Dimension> = fc.oneof(
  scalar,
  number,
  fc.record({ choice: fc.uniqueArray(scalar, { minLength: 1, maxLength: 5 }) }),
);
/** Each level has names of its own letter, so none is repeated. */
const level = (letter: string, dimension: fc.Arbitrary<Dimension>): fc.Arbitrary<SearchSpace> =>
  fc
    .array(dimension, { minLength: 1, maxLength: 3 })
    .map((dimensions) => Object.fromEntries(dimensions.map((one, i) => [`${letter}${i}`, one])));
const branching = fc
  .record({ left: level('b', leaf), right: level('b', leaf) })
  .map((choice): Dimension => ({ choice }));
const spaces = fc.tuple(level('a', leaf), branching).map(([top, kind]): SearchSpace => ({ ...top, kind }));

/** The rule that a point of a space keeps, said slowly. */
function isPointOf(space: SearchSpace, values: Values): boolean {
  const names = new Set<string>();
  const visit = (part: SearchSpace): boolean =>
    Object.entries(part).every(([name, dimension]) => {
      names.add(name);
      const value = values[name]!;
      const branch = branchesOf(dimension)?.[String(value)];
      return isValueOf(dimension, value) && (branch === undefined || visit(branch));
    });
  return visit(space) && Object.keys(values).every((name) => names.has(name));
}

function isValueOf(dimension: Dimension, value: Values[string]): boolean {
  if (typeof dimension !== 'object') return value === dimension;
  const options = optionsOf(dimension);
  if (options !== undefined) return options.includes(value);
  const [low, high] = Object.values(dimension)[0] as [number, number];
  return (
    (value as number) >= low &&
    (value as number) <= high &&
    !('integer' in dimension && (value as number) % 1)
  );
}

describe('a search space', () => {
  it('holds every point that is drawn from it, by chance or after results', () => {
    fc.assert(
      fc.property(spaces, fc.nat(), (space, seed) => {
        const random = seededRandom(seed);
        expect(SearchSpace.parse(space)).toEqual(space);
        const results: TrialResult[] = [];
        for (let i = 0; i < 14; i++) {
          const values = (i < 10 ? sampleRandomly : sampleByTpe)(space, results, random);
          expect(isPointOf(space, values)).toBe(true);
          const loss = random();
          results.push({ values, loss, steps: [loss], isPruned: false });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has a place for every value, and the value for its place', () => {
    fc.assert(
      fc.property(leaf, fc.double({ min: 0, max: 1 - Number.EPSILON, noNaN: true }), (dimension, unit) => {
        const value = valueAt(dimension, unit);
        const again = valueAt(dimension, Math.min(placeOf(dimension, value), 1 - Number.EPSILON));
        if (typeof value === 'number') expect(again).toBeCloseTo(value, 4);
        else expect(again).toBe(value);
      }),
    );
  });

  it('draws each whole number as often as any other, and a logarithm evenly', () => {
    const random = seededRandom(5);
    const space: SearchSpace = { n: { integer: [1, 4] }, rate: { logUniform: [0.001, 1] } };
    const drawn = Array.from({ length: 4000 }, () => sampleRandomly(space, [], random));
    for (const n of [1, 2, 3, 4]) {
      expect(Math.abs(drawn.filter((values) => values.n === n).length - 1000)).toBeLessThan(120);
    }
    const small = drawn.filter(({ rate }) => (rate as number) < 0.01).length;
    expect(Math.abs(small - 4000 / 3)).toBeLessThan(140);
  });

  it.each([
    [{ x: { uniform: [2, 1] } }, 'the lower bound first'],
    [{ x: { logUniform: [0, 1] } }, 'bounds above 0'],
    [{ x: { integer: [0.5, 2] } }, 'two whole numbers'],
    [{ x: { normal: [0, 1] } }, 'must be a value, or one of'],
    [{ x: { toString: [0, 1] } }, 'must be a value, or one of'],
    [{ x: { uniform: [0, 1], integer: [0, 1] } }, 'must be a value, or one of'],
    [{ x: null }, 'must be a value, or one of'],
    [{ x: { integer: [1] } }, 'needs [low, high], two numbers'],
    [{ x: { uniform: [0, Number.POSITIVE_INFINITY] } }, 'expected number'],
    [{ x: { choice: [] } }, 'needs a value or more'],
    [{ x: { choice: {} } }, 'needs a name or more'],
    [{ x: { choice: 3 } }, 'needs a list of values, or names'],
    [{}, 'leaves nothing to search'],
    [{ x: 3 }, 'leaves nothing to search'],
    [{ a: 1, x: { choice: { left: { a: 2 }, right: {} } } }, 'a is there in a branch'],
    [{ x: { choice: { left: { x: 2 } } } }, 'x is there in a branch'],
    [{ x: { choice: { l: { a: 2 } } }, y: { choice: { r: { a: 1 } } } }, 'a is there in a branch'],
  ])('is refused where it is %j', (space, message) => {
    const { error } = SearchSpace.safeParse(space);
    expect(JSON.stringify(error?.issues)).toContain(message);
  });

  it('says where it is at fault, in branches too', () => {
    const left = { a: { uniform: [2, 1] }, b: { integer: [1, 'x'] }, c: { intger: [1, 2] } };
    const { error } = SearchSpace.safeParse({ x: { choice: { left, right: { d: { choice: [] } } } } });
    expect(error!.issues.map(({ path }) => path.join('.'))).toEqual([
      'x.choice.left.a.uniform',
      'x.choice.left.b.integer.1',
      'x.choice.left.c',
      'x.choice.right.d.choice',
    ]);
    const twice = { a: { integer: [1, 2] }, x: { choice: { left: { a: 2 } } } };
    expect(SearchSpace.safeParse(twice).error!.issues[0]!.path).toEqual(['x', 'choice', 'left', 'a']);
  });

  it('may have parameters of one name in branches of one choice', () => {
    const space = { x: { choice: { left: { a: { uniform: [0, 1] } }, right: { a: 3 } } } };
    expect(SearchSpace.parse(space)).toEqual(space);
  });
});

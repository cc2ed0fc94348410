import type { Random } from '../random.ts';
import { type Density, type Point, parzenDensity } from './parzen.ts';
import { type Sampler, sampleRandomly, type TrialResult } from './sampler.ts';
import { branchesOf, type Dimension, optionsOf, type Values } from './search-space.ts';
import { optionCount, placeOf, valueAt } from './unit-interval.ts';

/** Results before which nothing can be told from them, in a space or a branch of it. */
const STARTUP_RESULTS = 10;
const CANDIDATES = 32;
/** Share of the results that are good; hyperopt's and Optuna's rules lie on both sides at a hundred trials. */
const GOOD_SHARE = 0.1;

/** Share of the trials whose branch is drawn evenly: the good results of one that was not tuned yet say little. */
const EXPLORED_SHARE = 0.5;

/**
 * Tree-structured Parzen estimator (Bergstra and others, Algorithms for Hyper-Parameter Optimization, 2011): of points drawn from
 * where the good results lie, the one that is likeliest there against where the others lie. The parameters of a level are
 * looked at together, so that it sees what only two of them make good; a branch has the results that chose it.
 */
export const sampleByTpe: Sampler = (space, results, random) => {
  if (results.length < STARTUP_RESULTS) return sampleRandomly(space, results, random);
  const ranked = results.toSorted((a, b) => Number(a.isPruned) - Number(b.isPruned) || compare(a, b));
  const isBranching = ([, dimension]: [string, Dimension]) => branchesOf(dimension) !== undefined;
  const { plain = [], branching = [] } = Object.groupBy(Object.entries(space), (entry) =>
    isBranching(entry) ? 'branching' : 'plain',
  );
  const values: Record<string, Values[string]> = {};
  for (const [name, dimension] of branching) {
    const chosen = chooseBranch(name, optionsOf(dimension) as string[], ranked, random);
    const chose = results.filter((result) => result.values[name] === chosen);
    Object.assign(values, { [name]: chosen }, sampleByTpe(branchesOf(dimension)![chosen]!, chose, random));
  }
  const point = likeliest(plain, ranked, random);
  for (const [i, [name, dimension]] of plain.entries()) values[name] = valueAt(dimension, point[i]!);
  return values;
};

/** Mostly the branch of one of the good results, now and then any. */
function chooseBranch(
  name: string,
  options: readonly string[],
  ranked: readonly TrialResult[],
  random: Random,
): string {
  const explores = random() < EXPLORED_SHARE;
  const good = ranked.slice(0, goodCount(ranked)).map(({ values }) => values[name] as string);
  const known = explores ? options : good.filter((option) => options.includes(option));
  return known[Math.floor(random() * known.length)] ?? options[Math.floor(random() * options.length)]!;
}

function likeliest(
  dimensions: readonly (readonly [string, Dimension])[],
  ranked: readonly TrialResult[],
  random: Random,
): Point {
  const { good, others } = densities(dimensions, ranked);
  let best: Point = [];
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < CANDIDATES; i++) {
    const point = good.draw(random);
    const score = good.logDensity(point) - others.logDensity(point);
    if (score <= bestScore) continue;
    best = point;
    bestScore = score;
  }
  return best;
}

/** Where the good results lie, and where the others; results that are no points of these parameters are in neither. */
function densities(
  dimensions: readonly (readonly [string, Dimension])[],
  ranked: readonly TrialResult[],
): { good: Density; others: Density } {
  const points = ranked
    .map(({ values }) => dimensions.map(([name, dimension]) => placeOf(dimension, values[name])))
    .filter((point) => point.every((place) => !Number.isNaN(place)));
  const counts = dimensions.map(([, dimension]) => optionCount(dimension));
  return {
    good: parzenDensity(points.slice(0, goodCount(points)), counts),
    others: parzenDensity(points.slice(goodCount(points)), counts),
  };
}

const goodCount = ({ length }: readonly unknown[]): number => Math.ceil(GOOD_SHARE * length);

const compare = (a: TrialResult, b: TrialResult): number =>
  a.loss === b.loss ? 0 : a.loss < b.loss ? -1 : 1;

import { ALGORITHMS, type Algorithm, ModelParams, parametersOf } from '../model-params.ts';
import { branchesOf, type Dimension, optionsOf, type SearchSpace, type Values } from './search-space.ts';
import { mergedParams } from './trial-params.ts';
import { valueAt } from './unit-interval.ts';

/** A parameter that no model has, or not with such a value. */
export interface SpaceFault {
  /** Where it stands in the space. */
  readonly path: readonly string[];
  readonly message: string;
}

/** A point of a space, and where each of its parameters stands. */
interface Corner {
  readonly values: Values;
  readonly paths: ReadonlyMap<string, readonly string[]>;
}

/**
 * What of a space is no model: tried at both ends of all bounds and between, with each value of a choice and each combination of
 * branches. Each parameter of a model has an interval of its own, of whole numbers or of all, so these stand for the others.
 */
export function spaceFaults(model: ModelParams, space: SearchSpace): SpaceFault[] {
  const faults = new Map<string, SpaceFault>();
  for (const fault of cornersOf(space, []).flatMap((corner) => cornerFaults(model, corner))) {
    const place = fault.path.join('.');
    if (!faults.has(place)) faults.set(place, fault);
  }
  return [...faults.values()];
}

function cornerFaults(model: ModelParams, { values, paths }: Corner): SpaceFault[] {
  const { error } = ModelParams.safeParse(mergedParams(model, values));
  const algorithm = String(values.algorithm ?? model.algorithm) as Algorithm;
  return (error?.issues ?? []).flatMap((issue) => {
    const isUnknown = issue.code === 'unrecognized_keys';
    const names = isUnknown ? issue.keys : [String(issue.path[0])];
    return names.map((name) => ({
      path: paths.get(name) ?? [],
      message: isUnknown
        ? unknownParameter(name, algorithm)
        : `cannot be ${JSON.stringify(values[name])}: ${issue.message}`,
    }));
  });
}

function unknownParameter(name: string, algorithm: Algorithm): string {
  const own = parametersOf(algorithm).filter((one) => one !== 'algorithm');
  const other = ALGORITHMS.find((candidate) => parametersOf(candidate).includes(name));
  return other === undefined
    ? `${algorithm} has no parameter ${name}; it has ${own.join(', ')}`
    : `${algorithm} has no parameter ${name}, but ${other} has: name that algorithm beside it, or put it into its branch`;
}

function cornersOf(space: SearchSpace, path: readonly string[]): Corner[] {
  const [plain, branching] = [false, true].map((isBranching) =>
    Object.entries(space).filter(([, dimension]) => (branchesOf(dimension) !== undefined) === isBranching),
  ) as [[string, Dimension][], [string, Dimension][]];
  const paths = new Map(Object.keys(space).map((name) => [name, [...path, name]]));
  const count = Math.max(PLACES.length, ...plain.map(([, dimension]) => optionsOf(dimension)?.length ?? 0));
  const corners = Array.from({ length: count }, (_, i): Corner => {
    const values = plain.map(([name, dimension]) => [name, cornerValue(dimension, i)]);
    return { values: Object.fromEntries(values), paths };
  });
  return branching.reduce(
    (sofar, [name, dimension]) =>
      Object.entries(branchesOf(dimension)!).flatMap(([option, branch]) => {
        const inner = cornersOf(branch, [...path, name, 'choice', option]);
        return sofar.flatMap((outer) => inner.map((corner) => joined(outer, { [name]: option }, corner)));
      }),
    corners,
  );
}

function joined(outer: Corner, chosen: Values, inner: Corner): Corner {
  return {
    values: { ...outer.values, ...chosen, ...inner.values },
    paths: new Map([...outer.paths, ...inner.paths]),
  };
}

/** Both ends of a range, and a place where a bound that is whole gives no whole number. */
const PLACES = [0, 1 - Number.EPSILON, Math.SQRT1_2];

/** Its value at each of the places in turn, or its options. */
function cornerValue(dimension: Dimension, i: number): Values[string] {
  const options = optionsOf(dimension);
  return options?.[i % options.length] ?? valueAt(dimension, PLACES[i % PLACES.length]!);
}

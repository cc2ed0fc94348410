import { z } from 'zod';

/** What a parameter may be set to. */
export type Scalar = string | number | boolean;
const KNOWN = 'a value, or one of {uniform: [low, high]}, {logUniform}, {integer}, {choice}';
const Scalar = z.union([z.string(), z.number(), z.boolean()], { error: `must be ${KNOWN}` });
const NONE = z.never({ error: `must be ${KNOWN}` });

const Bounds = z
  .tuple([z.number(), z.number()], { error: 'needs [low, high], two numbers' })
  .refine(([low, high]) => low < high, 'the lower bound first, the upper one above it');
const PositiveBounds = Bounds.refine(([low]) => low > 0, 'a logarithm needs bounds above 0');
const WholeBounds = Bounds.refine((bounds) => bounds.every(Number.isSafeInteger), 'two whole numbers');

/** By kind, what a parameter is drawn from. */
const KINDS = {
  /** low ≤ value < high, each as likely as any other. */
  uniform: z.strictObject({ uniform: Bounds }),
  /** low ≤ value < high, its logarithm uniform. */
  logUniform: z.strictObject({ logUniform: PositiveBounds }),
  /** A whole number, low ≤ value ≤ high. */
  integer: z.strictObject({ integer: WholeBounds }),
};
/** One of some values. */
const Options = z.strictObject({ choice: z.array(Scalar).min(1, 'needs a value or more to choose from') });
/** One of some names, each with parameters that are there only where it is chosen. */
const Branches = z.strictObject({
  choice: z
    .record(
      z.string(),
      z.lazy((): z.ZodType<SearchSpace> => Parameters),
      { error: 'needs a list of values, or names with the parameters of each' },
    )
    .refine((branches) => Object.keys(branches).length > 0, 'needs a name or more to choose from'),
});
/** Not a union: of one that fits nowhere zod tells no more than that. */
const Dimension = z.unknown().transform((input, context): Dimension => {
  const { data, error } = schemaOf(input).safeParse(input);
  for (const issue of error?.issues ?? []) context.issues.push({ ...issue, input } as never);
  return data as Dimension;
});

function schemaOf(input: unknown): z.ZodType {
  if (input === null || typeof input !== 'object') return Scalar;
  const [kind = '', ...others] = Object.keys(input);
  if (others.length > 0) return NONE;
  if ('choice' in input) return Array.isArray(input.choice) ? Options : Branches;
  return Object.hasOwn(KINDS, kind) ? KINDS[kind as keyof typeof KINDS] : NONE;
}

/** How one parameter is drawn; a plain value is kept as it is. */
export type Dimension =
  | Scalar
  | { readonly uniform: readonly [number, number] }
  | { readonly logUniform: readonly [number, number] }
  | { readonly integer: readonly [number, number] }
  | { readonly choice: readonly Scalar[] | Readonly<Record<string, SearchSpace>> };

/** Parameters by name. */
export interface SearchSpace {
  readonly [name: string]: Dimension;
}
const Parameters: z.ZodType<SearchSpace> = z.record(z.string(), Dimension);

/** A search space of a workflow file. A branch's parameters must have other names than those beside and around it. */
export const SearchSpace = Parameters.superRefine((space, context) => {
  if (Object.values(space).every((dimension) => typeof dimension !== 'object'))
    context.addIssue({
      code: 'custom',
      message: 'leaves nothing to search: give a parameter bounds or a choice',
    });
  const path = repeatedName(space, new Set());
  if (path === undefined) return;
  context.addIssue({
    code: 'custom',
    path,
    message: `${path.at(-1)} is there in a branch and beside or around it`,
  });
});

/** One point of a space: the parameters that are there, those of the chosen branches among them. */
export type Values = Readonly<Record<string, Scalar>>;

/** The branches of a choice; undefined for one without. */
export function branchesOf(dimension: Dimension): Readonly<Record<string, SearchSpace>> | undefined {
  if (typeof dimension !== 'object' || !('choice' in dimension)) return undefined;
  const { choice } = dimension;
  return Array.isArray(choice) ? undefined : (choice as Readonly<Record<string, SearchSpace>>);
}

/** What a choice chooses from, in order; undefined for another kind of parameter. */
export function optionsOf(dimension: Dimension): readonly Scalar[] | undefined {
  if (typeof dimension !== 'object' || !('choice' in dimension)) return undefined;
  return branchesOf(dimension) === undefined
    ? (dimension.choice as readonly Scalar[])
    : Object.keys(dimension.choice);
}

/** What of a point was drawn, in the order of the space: without the parameters that the space gives one value. */
export function searchedValues(space: SearchSpace, values: Values): Values {
  const searched: Record<string, Scalar> = {};
  for (const [name, dimension] of Object.entries(space)) {
    const value = values[name];
    if (typeof dimension !== 'object' || value === undefined) continue;
    searched[name] = value;
    Object.assign(searched, searchedValues(branchesOf(dimension)?.[String(value)] ?? {}, values));
  }
  return searched;
}

/** Where a name stands that is taken beside or around it. */
function repeatedName(space: SearchSpace, around: ReadonlySet<string>): string[] | undefined {
  const own = Object.keys(space).find((name) => around.has(name));
  if (own !== undefined) return [own];
  const names = new Set([...around, ...Object.keys(space)]);
  const taken = new Map<string, string>();
  for (const [parameter, dimension] of Object.entries(space)) {
    for (const [option, branch] of Object.entries(branchesOf(dimension) ?? {})) {
      const inner = repeatedName(branch, names);
      if (inner !== undefined) return [parameter, 'choice', option, ...inner];
      for (const name of namesIn(branch)) {
        if ((taken.get(name) ?? parameter) !== parameter) return [parameter, 'choice', option, name];
        taken.set(name, parameter);
      }
    }
  }
  return undefined;
}

const namesIn = (space: SearchSpace): string[] =>
  Object.entries(space).flatMap(([name, dimension]) => [
    name,
    ...Object.values(branchesOf(dimension) ?? {}).flatMap(namesIn),
  ]);

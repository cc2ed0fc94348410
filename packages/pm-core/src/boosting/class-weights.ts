import type { BoostingParams } from '../config.ts';
import { UserError } from '../errors.ts';

/**
 * Weight of a row of each class. `balanced` gives each class the same weight in all: rows / (classes seen × rows of the class).
 * @throws UserError `unknown-class` for a weight of a class that is none.
 */
export function classWeights(
  configured: BoostingParams['classWeights'],
  classes: readonly string[],
  labels: Uint8Array,
): Float64Array {
  if (configured === 'none') return new Float64Array(classes.length).fill(1);
  if (configured === 'balanced') return balanced(classes.length, labels);
  const unknown = Object.keys(configured).find((name) => !classes.includes(name));
  if (unknown === undefined) return Float64Array.from(classes, (name) => configured[name] ?? 1);
  throw new UserError(
    'unknown-class',
    `classWeights names ${unknown}, but the classes are ${classes.join(', ')}.`,
    {
      next: 'Name the classes in the workflow file as they are.',
    },
  );
}

/** A class without a row weighs 1, which nothing hangs on. */
function balanced(classCount: number, labels: Uint8Array): Float64Array {
  const counts = new Float64Array(classCount);
  for (const label of labels) counts[label]++;
  const seen = counts.filter((count) => count > 0).length;
  return counts.map((count) => (count === 0 ? 1 : labels.length / (seen * count)));
}

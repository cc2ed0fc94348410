import { compareNatural } from '../engine/index.ts';
import { deriveSeed } from '../random.ts';

/**
 * Which fold (0 … folds − 1) each row is in: all rows of a group (a machine) in one, groups dealt out by a draw from the seed and
 * their own name, so that folds have as many groups as can be.
 * @param groups one a row.
 */
export function groupFolds(
  groups: readonly string[],
  { folds, seed }: { folds: number; seed: number },
): Uint16Array {
  const drawn = [...new Set(groups)]
    .map((name) => ({ name, draw: deriveSeed(seed, ...Buffer.from(name)) }))
    .sort((a, b) => a.draw - b.draw || compareNatural(a.name, b.name));
  const foldOf = new Map(drawn.map(({ name }, place) => [name, place % folds]));
  return Uint16Array.from(groups, (name) => foldOf.get(name) as number);
}

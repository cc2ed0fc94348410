import { compareNatural } from '../engine/index.ts';
import { deriveSeed } from '../random.ts';

/**
 * The machines to keep out of a fit, so that early stopping can listen to them: round(fraction × n) of n, at least one and never
 * all where n ≥ 2; in natural order. A machine's draw depends on the seed and its id alone, not on the order or the number of the
 * others.
 */
export function heldOutMachines(
  machineIds: Iterable<string>,
  { fraction, seed }: { fraction: number; seed: number },
): string[] {
  const drawn = [...new Set(machineIds)]
    .map((id) => ({ id, draw: deriveSeed(seed, ...Buffer.from(id)) }))
    .sort((a, b) => a.draw - b.draw || compareNatural(a.id, b.id));
  const count = Math.min(Math.max(Math.round(fraction * drawn.length), 1), drawn.length - 1);
  return drawn
    .slice(0, Math.max(count, 0))
    .map(({ id }) => id)
    .sort(compareNatural);
}

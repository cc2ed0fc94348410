/** A source of uniform numbers in [0, 1). */
export type Random = () => number;

/** Sequence of 32-bit states by a Weyl step and a mixing function (Mulberry32, public domain, T. Ettinger): fast and the same everywhere. */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + WEYL_STEP) | 0;
    return uniform(state);
  };
}

/** Number `place` (from 0) of seededRandom(seed), without those before it: no call waits for the one before. */
export const randomAt = (seed: number, place: number): number =>
  uniform((seed + Math.imul(place + 1, WEYL_STEP)) | 0);

const WEYL_STEP = 0x6d2b79f5;

function uniform(state: number): number {
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}

/** A 32-bit seed of its own for each (seed, keys…): machine 7's stream does not depend on how many machines there are. */
export function deriveSeed(seed: number, ...keys: number[]): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  for (const key of keys) {
    hash = Math.imul(hash ^ (key + 0x7f4a7c15), 0xc2b2ae35);
    hash = (hash ^ (hash >>> 15)) >>> 0;
  }
  return hash;
}

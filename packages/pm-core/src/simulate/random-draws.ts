import { deriveSeed, type Random } from '../random.ts';

/**
 * Uniform numbers in [0, 1) of a stream of its own for each (seed, keys…): the sfc32 generator (C. Doty-Humphrey's PractRand).
 * Not `seededRandom`: its streams are stretches of one cycle of 2^32, so that those of 1,000 machines of 40,000 draws would overlap.
 */
export function randomStream(seed: number, ...keys: number[]): Random {
  let a = deriveSeed(seed, ...keys, 1) | 0;
  let b = deriveSeed(seed, ...keys, 2) | 0;
  let c = deriveSeed(seed, ...keys, 3) | 0;
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let warmUp = 0; warmUp < 12; warmUp++) next();
  return next;
}

/** Writes two independent standard normal numbers to `pair[0]` and `pair[1]` (Marsaglia's polar method). */
export function drawNormalPair(random: Random, pair: Float64Array): void {
  let x: number;
  let y: number;
  let squared: number;
  do {
    x = 2 * random() - 1;
    y = 2 * random() - 1;
    squared = x * x + y * y;
  } while (squared >= 1 || squared === 0);
  const scale = Math.sqrt((-2 * Math.log(squared)) / squared);
  pair[0] = x * scale;
  pair[1] = y * scale;
}

/** An index of `weights`, each with a chance in proportion to its weight (≥ 0, one of them > 0). */
export function drawIndex(random: Random, weights: readonly number[]): number {
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  const drawn = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return drawn >= 0 ? drawn : weights.findLastIndex((weight) => weight > 0);
}

/** A whole number in [from, to], each equally likely. */
export const drawInteger = (random: Random, from: number, to: number): number =>
  from + Math.floor(random() * (to - from + 1));

/**
 * Hours in [0, hours) at which something starts that starts in each free hour with the given chance and then lasts
 * `durationHours`, so that two never overlap. One draw a start, whatever the chance (geometric gaps).
 */
export function* drawStartHours(
  random: Random,
  hours: number,
  probabilityPerHour: number,
  durationHours = 1,
): Generator<number> {
  const logStay = Math.log1p(-probabilityPerHour);
  for (let hour = 0; ; hour += durationHours) {
    hour += Math.floor(Math.log(1 - random()) / logStay);
    if (!(hour < hours)) return;
    yield hour;
  }
}

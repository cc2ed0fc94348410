import type { Calibration } from '../calibrate/index.ts';
import { isBoosted, MAX_UNIT_SUM, type TreeEnsemble } from '../forest/tree-ensemble.ts';
import { type Random, seededRandom } from '../random.ts';

/** Whole numbers that lie at and beside the place of a threshold: every one that rounding could take to the other side. */
const STEPS_ASIDE = [-2, -1, 0, 1, 2];

/**
 * Sums of units, one a class, made to be calibrated wrongly: for a seeded choice of each curve's thresholds the sums next to it on
 * either side, among others that are drawn; and those in which all classes are equal, or one has everything.
 */
export function calibrationRows(
  ensemble: TreeEnsemble,
  calibration: Calibration,
  { seed, maxSteps }: { seed: number; maxSteps: number },
): Float32Array[] {
  const random = seededRandom(seed);
  const classCount = ensemble.classes.length;
  const everything = isBoosted(ensemble)
    ? ensemble.unitsPerOne
    : ensemble.unitsPerLeaf * ensemble.roots.length;
  const ends = Array.from({ length: classCount }, (_, c) => new Float32Array(classCount).with(c, everything));
  const equal = new Float32Array(classCount).fill(Math.floor(everything / classCount));
  const atSteps = calibration.flatMap(({ thresholds }, c) =>
    chosen(thresholds, maxSteps).flatMap((threshold) => {
      const others = drawnSums(random, classCount, everything);
      const rival = Math.max(...others.filter((_, other) => other !== c));
      const place = Math.round(threshold * everything) + (isBoosted(ensemble) ? rival : 0);
      return STEPS_ASIDE.map((aside) => others.with(c, clamped(place + aside, ensemble, everything)));
    }),
  );
  return [...ends, equal, ...atSteps];
}

/** Up to `most` of the values, evenly. */
const chosen = (values: Float32Array, most: number): number[] =>
  Array.from(values).filter((_, i) => i % Math.ceil(values.length / most) === 0);

const drawnSums = (random: Random, classCount: number, everything: number): Float32Array =>
  Float32Array.from({ length: classCount }, () => Math.floor(random() * everything));

/** Within what sums of the ensemble's units can be. */
function clamped(sum: number, ensemble: TreeEnsemble, everything: number): number {
  const [least, most] = isBoosted(ensemble) ? [-MAX_UNIT_SUM, MAX_UNIT_SUM] : [0, everything];
  return Math.min(Math.max(sum, least), most);
}

import type { ComponentLife } from './component-lives.ts';

/** Survival exp(−(t / scale)^shape). A shape of 1 or less does not wear out: a new component fails as soon as an old one. */
export interface Weibull {
  readonly shape: number;
  /** Days by which 63 % have failed. */
  readonly scaleDays: number;
}

/** Fewer failures say nothing of a law of life. */
const MIN_FAILURES = 5;
const SHAPES = { least: 0.05, most: 50 };

/**
 * The Weibull law under which such lives are likeliest, those that did not end in a failure counting as “longer than this”
 * (maximum likelihood with right censoring). Undefined with fewer than 5 failures, or where all failed at one age.
 */
export function fitWeibull(lives: readonly Pick<ComponentLife, 'days' | 'failed'>[]): Weibull | undefined {
  const failed = lives.filter((life) => life.failed);
  if (failed.length < MIN_FAILURES) return undefined;
  const meanLog = failed.reduce((sum, { days }) => sum + Math.log(days), 0) / failed.length;
  // Lives relative to the longest one, so that no power overflows.
  const longest = Math.max(...lives.map(({ days }) => days));
  const score = (shape: number) => {
    let [powers, weighted] = [0, 0];
    for (const { days } of lives) {
      const power = (days / longest) ** shape;
      powers += power;
      weighted += power * Math.log(days);
    }
    return weighted / powers - 1 / shape - meanLog;
  };
  if (score(SHAPES.most) <= 0) return undefined;
  const shape = rootOf(score, SHAPES.least, SHAPES.most);
  const powers = lives.reduce((sum, { days }) => sum + (days / longest) ** shape, 0);
  return { shape, scaleDays: longest * (powers / failed.length) ** (1 / shape) };
}

/** Where an increasing function crosses 0, by halving. */
function rootOf(increasing: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (increasing(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

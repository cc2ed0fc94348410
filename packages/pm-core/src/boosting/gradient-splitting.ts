import { NULL_CODE } from '../forest/bin-code.ts';
import type { Split } from '../forest/split.ts';
import type { GradientHistograms, GradientSums, HistogramLayout } from './gradient-histogram.ts';

/** What a split and a leaf answer to, in the scale of the whole derivatives. */
export interface Penalties {
  readonly alpha: number;
  readonly lambda: number;
  readonly gamma: number;
  readonly minChildWeight: number;
}

/** Its `gain` is the decrease of twice the loss; see {@link findBestGradientSplit}. */
export interface GradientSplit extends Split {
  readonly left: GradientSums;
}

/** A node about to be split. */
export interface GradientCandidates {
  readonly histograms: GradientHistograms;
  readonly layout: HistogramLayout;
  /** Slots to try, in this order. */
  readonly slots: Int32Array;
  readonly totals: GradientSums;
  readonly penalties: Penalties;
}

/**
 * The split that gains most, or undefined where none leaves `minChildWeight` on both sides and gains more than nothing and at
 * least `gamma`: gain = S(left) + S(right) − S(node), S = T(G)² / (H + λ), with G and H the sums of the derivatives and T the soft
 * threshold α of L1. Chen and Guestrin 2016, equation 7, without its factor ½, as XGBoost computes it, so that γ is the same.
 *
 * Among equals the earliest slot, nulls on the right and the lowest code win, in this order. Where a node has no null of the
 * feature, nulls go where the greater part of H goes.
 */
export function findBestGradientSplit(node: GradientCandidates): GradientSplit | undefined {
  const { totals, penalties, layout } = node;
  let best = NO_SPLIT;
  for (const slot of node.slots) {
    best = scanFeature(node, slot, false, best);
    if (hasNulls(node, slot)) best = scanFeature(node, slot, true, best);
  }
  const { score, slot, code, first, second } = best;
  const gain = score - leafScore(totals.first, totals.second, penalties);
  if (slot === -1 || !(gain > 0) || gain < penalties.gamma) return undefined;
  const nullGoesLeft = hasNulls(node, slot) ? best.nullGoesLeft : 2 * second >= totals.second;
  return { feature: layout.features[slot], code, nullGoesLeft, gain, left: { first, second } };
}

const hasNulls = ({ histograms, layout }: GradientCandidates, slot: number): boolean =>
  histograms[layout.starts[slot] + 2 * NULL_CODE + 1] > 0;

/** T(G)² / (H + λ). */
function leafScore(first: number, second: number, { alpha, lambda }: Penalties): number {
  const reduced = softThreshold(first, alpha);
  return (reduced * reduced) / (second + lambda);
}

/** −T(G) / (H + λ): the step that minimizes the loss's second-order approximation (equation 5). */
export function leafStep({ first, second }: GradientSums, { alpha, lambda }: Penalties): number {
  return -softThreshold(first, alpha) / (second + lambda);
}

/** A gradient that L1 leaves: nearer to zero by alpha, zero within it. */
const softThreshold = (first: number, alpha: number): number =>
  first > alpha ? first - alpha : first < -alpha ? first + alpha : 0;

/** Its first and second are those of the left side. */
interface FoundSplit extends GradientSums {
  readonly score: number;
  readonly slot: number;
  readonly code: number;
  readonly nullGoesLeft: boolean;
}

const NO_SPLIT: FoundSplit = {
  ...{ score: Number.NEGATIVE_INFINITY, slot: -1, code: 0, nullGoesLeft: false },
  ...{ first: 0, second: 0 },
};

/**
 * Tries every code of a feature with its nulls on one side: the best split of them or, if none is better, the one so far. Nulls
 * alone on the left tie with nulls alone on the right, which were tried before.
 */
function scanFeature(
  node: GradientCandidates,
  slot: number,
  nullGoesLeft: boolean,
  soFar: FoundSplit,
): FoundSplit {
  const { histograms: sums, totals, penalties } = node;
  const { alpha, lambda } = penalties;
  // Sums are whole: a side that weighs less than 1 is empty.
  const least = Math.max(1, penalties.minChildWeight);
  const start = node.layout.starts[slot];
  const end = node.layout.starts[slot + 1];
  let best = soFar;
  let bar = barOf(best);
  let first = nullGoesLeft ? sums[start + 2 * NULL_CODE] : 0;
  let second = nullGoesLeft ? sums[start + 2 * NULL_CODE + 1] : 0;
  let rightFirst = totals.first - first;
  let rightSecond = totals.second - second;
  for (let at = start + 2; at < end; at += 2) {
    first += sums[at];
    second += sums[at + 1];
    rightFirst -= sums[at];
    rightSecond -= sums[at + 1];
    if (rightSecond < least) break;
    if (second < least || !passes(bar, first, second, rightFirst, rightSecond, alpha, lambda)) continue;
    best = better(best, node, { slot, code: (at - start) / 2, nullGoesLeft, first, second });
    bar = barOf(best);
  }
  return best;
}

/** What a split must score to be worth an exact look: a little less than the best, as rounding may take something away. */
const barOf = (best: FoundSplit): number => best.score * (1 - 1e-9);

/**
 * Whether a split scores more than the bar. Both sides of the comparison are multiplied by the denominators, as a division takes
 * longer than all else here.
 */
function passes(
  bar: number,
  first: number,
  second: number,
  rightFirst: number,
  rightSecond: number,
  alpha: number,
  lambda: number,
): boolean {
  const left = alpha === 0 ? first : softThreshold(first, alpha);
  const right = alpha === 0 ? rightFirst : softThreshold(rightFirst, alpha);
  const below = second + lambda;
  const rightBelow = rightSecond + lambda;
  return left * left * rightBelow + right * right * below > bar * below * rightBelow;
}

/** Of an equal score the earlier split stays. */
function better(
  best: FoundSplit,
  { totals, penalties }: GradientCandidates,
  { slot, code, nullGoesLeft, first, second }: Omit<FoundSplit, 'score'>,
): FoundSplit {
  const ofRight = leafScore(totals.first - first, totals.second - second, penalties);
  const score = leafScore(first, second, penalties) + ofRight;
  return score > best.score ? { score, slot, code, nullGoesLeft, first, second } : best;
}

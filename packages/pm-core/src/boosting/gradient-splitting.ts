import { NULL_CODE } from '../forest/bin-code.ts';
import type { Split } from '../forest/splitting.ts';
import type { GradientHistograms } from './gradient-histogram.ts';

/** What a split and a leaf answer to, in the scale of the whole derivatives. */
export interface Penalties {
  readonly alpha: number;
  readonly lambda: number;
  readonly gamma: number;
  readonly minChildWeight: number;
}

/** Sums of the derivatives over the rows of a node. */
export interface GradientSums {
  readonly first: number;
  readonly second: number;
}

/** Its `gain` is the decrease of twice the loss; see {@link findBestGradientSplit}. */
export interface GradientSplit extends Split {
  readonly left: GradientSums;
}

/** A node about to be split. */
export interface GradientCandidates {
  readonly histograms: GradientHistograms;
  /** Slot i of the histograms is that of features[i]. */
  readonly features: Int32Array;
  /** Slots to try, in this order. */
  readonly slots: Int32Array;
  readonly totals: GradientSums;
  /** Number of value codes of each feature of the matrix. */
  readonly valueCodes: Int32Array;
  readonly penalties: Penalties;
}

/**
 * The split that gains most, or undefined where none leaves `minChildWeight` on both sides and gains more than nothing and at
 * least `gamma`: gain = S(left) + S(right) − S(node), S = T(G)² / (H + λ), with G and H the sums of the derivatives and T the soft
 * threshold α of L1. Chen and Guestrin 2016, equation 7, without its factor ½, as XGBoost computes it, so that γ is the same.
 *
 * Among equals the earliest slot, the lowest code and nulls on the right win. Where a node has no null of the feature, nulls go
 * where the greater part of H goes.
 */
export function findBestGradientSplit(node: GradientCandidates): GradientSplit | undefined {
  const { totals, penalties, features } = node;
  const best: BestSplit = {
    score: Number.NEGATIVE_INFINITY,
    slot: -1,
    code: 0,
    nulls: 0,
    first: 0,
    second: 0,
  };
  for (const slot of node.slots) scanFeature(node, slot, best);
  const gain = best.score - leafScore(totals.first, totals.second, penalties);
  if (best.slot === -1 || !(gain > 0) || gain < penalties.gamma) return undefined;
  const left = { first: best.first, second: best.second };
  return { feature: features[best.slot], code: best.code, nullGoesLeft: best.nulls === 1, gain, left };
}

/** T(G)² / (H + λ). */
export function leafScore(first: number, second: number, { alpha, lambda }: Penalties): number {
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

interface BestSplit {
  score: number;
  slot: number;
  code: number;
  /** 1 where nulls go left. */
  nulls: number;
  /** Sums of the left side. */
  first: number;
  second: number;
}

/** Tries every code of one feature that has rows in the node, nulls right and left. */
function scanFeature(node: GradientCandidates, slot: number, best: BestSplit): void {
  const { totals, penalties } = node;
  const { sums, codeCount } = node.histograms;
  const base = 2 * slot * codeCount;
  const nullFirst = sums[base + 2 * NULL_CODE];
  const nullSecond = sums[base + 2 * NULL_CODE + 1];
  const hasNulls = nullSecond > 0;
  const lastCode = node.valueCodes[node.features[slot]] - (hasNulls ? 0 : 1);
  let first = 0;
  let second = 0;
  for (let code = 1; code <= lastCode; code++) {
    const added = sums[base + 2 * code + 1];
    if (added === 0) continue;
    first += sums[base + 2 * code];
    second += added;
    const score = splitScore(totals, first, second, penalties);
    if (score > best.score) {
      const nulls = !hasNulls && 2 * second >= totals.second ? 1 : 0;
      keep(best, score, slot, code, nulls, first, second);
    }
    if (!hasNulls) continue;
    const withNulls = splitScore(totals, first + nullFirst, second + nullSecond, penalties);
    if (withNulls > best.score) {
      keep(best, withNulls, slot, code, 1, first + nullFirst, second + nullSecond);
    }
  }
}

/** Of the two sides together; −∞ where one weighs too little or has no row. */
function splitScore(totals: GradientSums, first: number, second: number, penalties: Penalties): number {
  const rightSecond = totals.second - second;
  const { minChildWeight } = penalties;
  if (second < minChildWeight || rightSecond < minChildWeight || rightSecond === 0) {
    return Number.NEGATIVE_INFINITY;
  }
  return leafScore(first, second, penalties) + leafScore(totals.first - first, rightSecond, penalties);
}

function keep(
  best: BestSplit,
  score: number,
  slot: number,
  code: number,
  nulls: number,
  first: number,
  second: number,
): void {
  best.score = score;
  best.slot = slot;
  best.code = code;
  best.nulls = nulls;
  best.first = first;
  best.second = second;
}

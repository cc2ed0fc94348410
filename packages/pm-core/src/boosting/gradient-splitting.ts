import { NULL_CODE } from '../forest/bin-code.ts';
import type { Split } from '../forest/split.ts';
import type { GradientHistograms, HistogramLayout } from './gradient-histogram.ts';

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
  readonly layout: HistogramLayout;
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
  const { totals, penalties, layout } = node;
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
  return { feature: layout.features[best.slot], code: best.code, nullGoesLeft: best.nulls === 1, gain, left };
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

/** Tries every code of one feature, nulls right and left. */
function scanFeature(node: GradientCandidates, slot: number, best: BestSplit): void {
  const { penalties, totals, layout, histograms: sums } = node;
  const { first: allFirst, second: allSecond } = totals;
  const base = layout.starts[slot];
  const nullFirst = sums[base + 2 * NULL_CODE];
  const nullSecond = sums[base + 2 * NULL_CODE + 1];
  const hasNulls = nullSecond > 0;
  const end = base + 2 * (node.valueCodes[layout.features[slot]] - (hasNulls ? 0 : 1));
  let first = 0;
  let second = 0;
  for (let at = base + 2; at <= end; at += 2) {
    first += sums[at];
    second += sums[at + 1];
    const rightSecond = allSecond - second;
    if (rightSecond === 0 || rightSecond < penalties.minChildWeight) break;
    if (mayBeat(best.score, allFirst, allSecond, first, second, penalties)) {
      const nulls = !hasNulls && 2 * second >= allSecond ? 1 : 0;
      keepIfBetter(best, totals, penalties, { slot, code: (at - base) / 2, nulls, first, second });
    }
    if (!hasNulls || second === 0) continue;
    const [firstWith, secondWith] = [first + nullFirst, second + nullSecond];
    if (mayBeat(best.score, allFirst, allSecond, firstWith, secondWith, penalties)) {
      const withNulls = { slot, code: (at - base) / 2, nulls: 1, first: firstWith, second: secondWith };
      keepIfBetter(best, totals, penalties, withNulls);
    }
  }
}

/**
 * Whether a split may score more than `score`: no wrong no, few wrong yeses. Both sides of the comparison are multiplied by the
 * denominators, as a division takes longer than all else here, and by a little more than rounding could take away.
 */
function mayBeat(
  score: number,
  allFirst: number,
  allSecond: number,
  first: number,
  second: number,
  { alpha, lambda, minChildWeight }: Penalties,
): boolean {
  const rightSecond = allSecond - second;
  if (second < minChildWeight || rightSecond < minChildWeight) return false;
  const left = alpha === 0 ? first : softThreshold(first, alpha);
  const right = alpha === 0 ? allFirst - first : softThreshold(allFirst - first, alpha);
  const below = second + lambda;
  const rightBelow = rightSecond + lambda;
  return left * left * rightBelow + right * right * below > score * below * rightBelow * (1 - 1e-9);
}

/** Of an equal score the earlier split stays. A side without rows weighs 0 and is none. */
function keepIfBetter(
  best: BestSplit,
  totals: GradientSums,
  penalties: Penalties,
  { slot, code, nulls, first, second }: Omit<BestSplit, 'score'>,
): void {
  const rightSecond = totals.second - second;
  if (second === 0 || rightSecond === 0) return;
  const score = leafScore(first, second, penalties) + leafScore(totals.first - first, rightSecond, penalties);
  if (score > best.score) Object.assign(best, { score, slot, code, nulls, first, second });
}

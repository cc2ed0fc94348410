import { seededRandom } from '../random.ts';

/** What a metric needs of each group's rows, summed: group g's sums are `values[g × width … (g + 1) × width − 1]`. */
export interface GroupTotals {
  readonly groupCount: number;
  readonly width: number;
  readonly values: Float64Array;
}

/** A figure from sums over any number of groups; null where they hold nothing to compute it from. */
export type TotalsMetric = (totals: Float64Array) => number | null;

/** A figure of the groups, each taken as often as its place says; null where that leaves nothing to compute it from. */
export type WeightedFigure = (times: Uint32Array) => number | null;

export interface PairedBootstrap {
  readonly groupCount: number;
  /** Of both sides over the same rows, their groups in the same order. */
  readonly candidate: WeightedFigure;
  readonly champion: WeightedFigure;
  readonly seed: number;
  readonly draws: number;
  /** Share of the draws above `low`, and below `high`: 0.95 leaves 5 % on either side. */
  readonly confidence: number;
}

/** Candidate less champion. */
export interface PairedDifference {
  readonly candidate: number;
  readonly champion: number;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly groups: number;
  /** Draws in which both sides have the figure. */
  readonly draws: number;
}

/**
 * How sure a difference between two models on the same rows is: groups are drawn with replacement, as many as there are, the same
 * for both sides, and the interval holds the middle of the differences (Efron's percentile bootstrap over clusters). Rows of one
 * group hang together, so that drawing rows instead would call differences sure that another fleet would not show.
 * Undefined where one side lacks the figure.
 */
export function pairedBootstrap(options: PairedBootstrap): PairedDifference | undefined {
  const { groupCount, candidate, champion, seed, draws, confidence } = options;
  const everyGroup = new Uint32Array(groupCount).fill(1);
  const [mine, theirs] = [candidate(everyGroup), champion(everyGroup)];
  if (mine == null || theirs == null) return undefined;
  const random = seededRandom(seed);
  const differences: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const times = drawGroups(groupCount, random);
    const [one, other] = [candidate(times), champion(times)];
    if (one != null && other != null) differences.push(one - other);
  }
  const sorted = Float64Array.from(differences).sort();
  const at = (level: number) => sorted[Math.round(level * (sorted.length - 1))] ?? Number.NaN;
  return {
    candidate: mine,
    champion: theirs,
    difference: mine - theirs,
    low: at(1 - confidence),
    high: at(confidence),
    groups: groupCount,
    draws: sorted.length,
  };
}

/** A metric of totals as a figure of their groups. */
export const figureOfTotals =
  (totals: GroupTotals, metric: TotalsMetric): WeightedFigure =>
  (times) =>
    metric(weightedSum(totals, times));

/** How often each of the groups was drawn, of as many draws as there are groups. */
function drawGroups(groupCount: number, random: () => number): Uint32Array {
  const times = new Uint32Array(groupCount);
  for (let i = 0; i < groupCount; i++) times[Math.floor(random() * groupCount)]!++;
  return times;
}

function weightedSum({ groupCount, width, values }: GroupTotals, times: Uint32Array): Float64Array {
  const totals = new Float64Array(width);
  for (let group = 0; group < groupCount; group++) {
    const weight = times[group]!;
    if (weight === 0) continue;
    const start = group * width;
    for (let i = 0; i < width; i++) totals[i]! += weight * values[start + i]!;
  }
  return totals;
}

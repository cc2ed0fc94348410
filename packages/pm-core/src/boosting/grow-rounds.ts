import type { BoostingParams } from '../config.ts';
import type { BinnedMatrix } from '../forest/binned-matrix.ts';
import { ROWS_PER_TASK } from '../forest/forest-jobs.ts';
import type { WorkerPool } from '../forest/worker-pool.ts';
import { deriveSeed } from '../random.ts';
import type { BoostedTree } from './boosted-grower.ts';
import { type GradientData, validationLoss } from './gradients.ts';
import type { BoostingRules } from './grow-nodes.ts';
import type { MarginUnits } from './margin-units.ts';

/** What all rounds grow from. */
export interface Boosting {
  readonly pool: WorkerPool;
  readonly binned: BinnedMatrix;
  readonly gradients: GradientData;
  readonly params: BoostingParams;
  readonly units: MarginUnits;
}

export interface GrownRounds {
  /** Of the rounds kept, one an output. */
  readonly trees: readonly (readonly BoostedTree[])[];
  /** After each round grown. */
  readonly validationLogLoss: readonly number[];
}

/**
 * Grows rounds until all are, or until the validation loss has not fallen for `earlyStoppingRounds` of them. The margins in
 * `gradients` move on with each.
 */
export async function growRounds(
  boosting: Boosting,
  onProgress: ((fraction: number) => void) | undefined,
): Promise<GrownRounds> {
  const { params, gradients } = boosting;
  const rules = boostingRules(boosting);
  const isListening = gradients.rowCount > gradients.trainCount;
  const patience =
    params.earlyStoppingRounds === 'off' ? Number.POSITIVE_INFINITY : params.earlyStoppingRounds;
  const trees: BoostedTree[][] = [];
  const losses: number[] = [];
  let bestRound = 0;
  while (trees.length < params.rounds && !(isListening && trees.length - bestRound >= patience)) {
    trees.push(await growRound(boosting, rules, trees.length));
    if (isListening) losses.push(validationLoss(gradients));
    if (bestRound === 0 || losses[trees.length - 1] < losses[bestRound - 1]) bestRound = trees.length;
    onProgress?.(trees.length / params.rounds);
  }
  const keepsAll = !isListening || params.earlyStoppingRounds === 'off';
  return { trees: keepsAll ? trees : trees.slice(0, bestRound), validationLogLoss: losses };
}

async function growRound(
  { pool, binned, gradients, params }: Boosting,
  rules: BoostingRules,
  round: number,
): Promise<BoostedTree[]> {
  await pool.run({ kind: 'gradients', data: gradients }, Math.ceil(gradients.trainCount / ROWS_PER_TASK));
  const seed = deriveSeed(params.seed, round);
  return pool.run({ kind: 'boost', data: { binned, gradients }, rules, seed }, gradients.outputCount);
}

/** The parameters in numbers, for a training set of this size. */
function boostingRules({ params, gradients, binned, units }: Boosting): BoostingRules {
  const { trainCount, gradientScale } = gradients;
  const featureCount = binned.bounds.length;
  const { alpha, lambda, gamma, minChildWeight, maxDepth, learningRate } = params;
  const featuresPerTree = share(params.featuresPerTree, featureCount);
  return {
    sampleRows: share(params.subsample, trainCount),
    featuresPerTree,
    featuresPerNode: share(params.featuresPerNode, featuresPerTree),
    maxDepth,
    penalties: {
      alpha: alpha * gradientScale,
      lambda: lambda * gradientScale,
      gamma: gamma * gradientScale,
      minChildWeight: minChildWeight * gradientScale,
    },
    unitsPerStep: learningRate * units.unitsPerOne,
    maxLeafUnits: units.maxLeafUnits,
  };
}

/** A fraction of a count, one at least. */
const share = (fraction: number, count: number): number => Math.max(1, Math.round(fraction * count));

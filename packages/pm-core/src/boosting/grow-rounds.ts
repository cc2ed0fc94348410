import type { BoostingParams } from '../config.ts';
import type { BinnedMatrix } from '../forest/binned-matrix.ts';
import { ROWS_PER_TASK } from '../forest/forest-jobs.ts';
import type { WorkerPool } from '../forest/worker-pool.ts';
import type { BoostedTree } from './boosted-grower.ts';
import { type GradientData, validationLoss } from './gradients.ts';
import type { BoostingRules } from './growth.ts';
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
  const growRound = createRoundGrower(boosting);
  const isListening = gradients.rowCount > gradients.trainCount;
  const patience =
    params.earlyStoppingRounds === 'off' ? Number.POSITIVE_INFINITY : params.earlyStoppingRounds;
  const trees: BoostedTree[][] = [];
  const losses: number[] = [];
  let bestRound = 0;
  while (trees.length < params.rounds && !(isListening && trees.length - bestRound >= patience)) {
    trees.push(await growRound(trees.length));
    if (isListening) losses.push(validationLoss(gradients));
    if (bestRound === 0 || losses[trees.length - 1] < losses[bestRound - 1]) bestRound = trees.length;
    onProgress?.(trees.length / params.rounds);
  }
  const keepsAll = !isListening || params.earlyStoppingRounds === 'off';
  return { trees: keepsAll ? trees : trees.slice(0, bestRound), validationLogLoss: losses };
}

/** Makes a function that grows the trees of a round: first all derivatives, then a tree an output. */
function createRoundGrower(boosting: Boosting): (round: number) => Promise<BoostedTree[]> {
  const { pool, binned, gradients, params } = boosting;
  const { outputCount, trainCount } = gradients;
  const writeGradients = pool.prepare({ kind: 'gradients', data: gradients });
  const rules = boostingRules(boosting);
  const growTrees = pool.prepare({ kind: 'boost', data: { binned, gradients }, rules, seed: params.seed });
  return async (round) => {
    await writeGradients(0, Math.ceil(trainCount / ROWS_PER_TASK));
    return growTrees(round * outputCount, (round + 1) * outputCount);
  };
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

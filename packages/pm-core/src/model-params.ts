import { z } from 'zod';

/** A share: 0 ≤ value ≤ 1. */
export const Fraction = z.number().min(0).max(1);

export const ForestParams = z.strictObject({
  algorithm: z.enum(['random-forest', 'decision-tree']).default('random-forest'),
  trees: z.int().positive().max(2000).default(200),
  maxDepth: z.int().positive().max(30).default(15),
  bins: z.int().min(2).max(255).default(64),
  /** Features drawn at each node. */
  featuresPerNode: z
    .union([z.enum(['sqrt', 'all']), z.int().positive()], {
      error: 'must be sqrt, all, or a whole number of features',
    })
    .default('sqrt'),
  /** Fraction of the training rows drawn for each tree, without replacement. */
  subsample: Fraction.gt(0).default(0.632),
  minRowsPerLeaf: z.int().positive().default(1),
  seed: z.int().nonnegative().default(42),
});
export type ForestParams = z.infer<typeof ForestParams>;

/** Where XGBoost has a parameter too it means the same here; its name, if another, stands behind. */
export const BoostingParams = z.strictObject({
  algorithm: z.literal('gradient-boosting'),
  /** Trees one after the other (for each class, if there are more than two), fewer if early stopping ends them; n_estimators. */
  rounds: z.int().positive().max(5000).default(300),
  /** What each tree is scaled by; eta. */
  learningRate: Fraction.gt(0).default(0.1),
  maxDepth: z.int().positive().max(20).default(6),
  bins: z.int().min(2).max(255).default(64),
  /** L1 regularization of leaf values. */
  alpha: z.number().nonnegative().default(0),
  /** L2 regularization of leaf values. */
  lambda: z.number().nonnegative().default(1),
  /** Least decrease of the loss that makes a split; min_split_loss. */
  gamma: z.number().nonnegative().default(0),
  /** Least sum of second derivatives on each side of a split. */
  minChildWeight: z.number().nonnegative().default(1),
  /** Fraction of the training rows drawn for each tree, without replacement. */
  subsample: Fraction.gt(0).default(1),
  /** Fraction of the features drawn for each tree, at least one; colsample_bytree. */
  featuresPerTree: Fraction.gt(0).default(1),
  /** Fraction of the tree's features drawn at each node, at least one; colsample_bynode. */
  featuresPerNode: Fraction.gt(0).default(1),
  /** `balanced`: rows / (classes × rows of the class); or weights by class name, 1 for those left out. */
  classWeights: z
    .union([z.enum(['none', 'balanced']), z.record(z.string(), z.number().positive())], {
      error: 'must be none, balanced, or a weight above 0 by class name',
    })
    .default('none'),
  /** Stops after so many rounds without a lower validation loss and keeps the rounds before them. */
  earlyStoppingRounds: z
    .union([z.int().positive(), z.literal('off')], { error: 'must be a whole number of rounds, or off' })
    .default(30),
  /** Fraction of the machines of the training period whose rows early stopping listens to, and no tree learns from. */
  validationFraction: Fraction.gt(0).lt(1).default(0.2),
  seed: z.int().nonnegative().default(42),
});
export type BoostingParams = z.infer<typeof BoostingParams>;

export const ALGORITHMS = ['random-forest', 'decision-tree', 'gradient-boosting'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** Each algorithm has its own parameters; a model that names none is a random forest. */
export const ModelParams = z.discriminatedUnion('algorithm', [ForestParams, BoostingParams], {
  error: ({ code }) => (code === 'invalid_union' ? `must be one of ${ALGORITHMS.join(', ')}` : undefined),
});
export type ModelParams = z.infer<typeof ModelParams>;

/**
 * The parameters of another algorithm. Where it shares its parameters with that of `model` these stay; else they are the
 * defaults, but for the seed.
 */
export function withAlgorithm(model: ModelParams, algorithm: Algorithm): ModelParams {
  const isSameKind = (algorithm === 'gradient-boosting') === (model.algorithm === 'gradient-boosting');
  return ModelParams.parse(isSameKind ? { ...model, algorithm } : { algorithm, seed: model.seed });
}

/** What an algorithm is given, by name. */
export const parametersOf = (algorithm: Algorithm): readonly string[] =>
  Object.keys((algorithm === 'gradient-boosting' ? BoostingParams : ForestParams).shape);

export { evaluateFold, type Fold, type FoldData } from './evaluate-fold.ts';
export { type FoldPool, openFoldPool } from './fold-pool.ts';
export { LOSS_METRICS, type LossMetric, lossOf } from './loss-metric.ts';
export { isHopeless } from './prune.ts';
export { bestTrial, LAG, runSweep, type SweepOptions, type Trial } from './run-sweep.ts';
export { type Sampler, sampleRandomly, type TrialResult } from './sampler.ts';
export {
  type Dimension,
  type Scalar,
  type SearchSpace,
  searchedValues,
  type Values,
} from './search-space.ts';
export { sampleByTpe } from './tpe.ts';
export { measuredParams, trialParams } from './trial-params.ts';

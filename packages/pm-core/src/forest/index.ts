export { binFeatures } from './bin-features.ts';
export type { BinnedMatrix } from './binned-matrix.ts';
export {
  type PermutationImportance,
  type PermutationOptions,
  permutationImportance,
} from './permutation-importance.ts';
export { type Predictions, predict } from './predict.ts';
export { type TrainedForest, type TrainOptions, trainForest } from './train-forest.ts';
export { type BoostedTrees, type Forest, isBoosted, type TreeEnsemble } from './tree-ensemble.ts';

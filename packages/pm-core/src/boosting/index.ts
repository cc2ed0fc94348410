export { type BoostingOptions, type TrainedBoosting, trainBoosting } from './train-boosting.ts';

export { buildEnsemble, type TreeLiteral } from './build-ensemble.ts';
export {
  EDGE_VALUES,
  type EnsembleSize,
  randomCalibration,
  randomEnsemble,
  randomMatrix,
} from './random-ensemble.ts';

export type { Predictions } from '../forest/index.ts';
export { adversarialRows } from './adversarial-rows.ts';
export { certifyParity, type ParityOptions } from './certify-parity.ts';
export { FeatureSummary, QUANTILE_LEVELS, summarizeFeatures } from './feature-summary.ts';
export { matrixOfRows, sampleRows } from './matrix-rows.ts';
export {
  type OnnxOutputs,
  type OnnxSession,
  type OpenSession,
  onnxRuntimeName,
  openSession,
} from './onnx-session.ts';
export { ParityCertificate } from './parity-certificate.ts';
export { type QuantileShift, quantileShifts } from './quantile-shift.ts';
export { type ReferenceAnswer, referenceAnswer, walkToLeaf } from './reference-answer.ts';
export { openScorer, type ScoreOptions, type Scorer, type ScorerOptions } from './scorer.ts';
export { scoreColumns, selectFeatures } from './select-features.ts';

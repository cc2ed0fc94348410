export { certifyParity, type ParityOptions } from './certify-parity.ts';
export { FeatureSummary, QUANTILE_LEVELS, summarizeFeatures } from './feature-summary.ts';
export { matrixOfRows, sampleRows } from './matrix-rows.ts';
export { type OnnxOutputs, type OnnxSession, type OpenSession, openSession } from './onnx-session.ts';
export { ParityCertificate } from './parity-certificate.ts';
export type { Predictions } from './predictions.ts';
export { type ReferenceAnswer, referenceAnswer, walkToLeaf } from './reference-answer.ts';
export { openScorer, type Scorer, type ScorerOptions } from './scorer.ts';
export { scoreColumns, selectFeatures } from './select-features.ts';

export { type OnnxOutputs, type OnnxSession, type OpenSession, openSession } from './onnx-session.ts';
export type { Predictions } from './predictions.ts';
export { walkToLeaf } from './reference-walk.ts';
export { openScorer, type Scorer, type ScorerOptions } from './scorer.ts';
export { scoreColumns, selectFeatures } from './select-features.ts';

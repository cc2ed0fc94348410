export { type Baseline, baseline } from './baseline.ts';
export {
  accuracy,
  alarmPrecision,
  type ClassScores,
  type ConfusionMatrix,
  classScores,
  confusionMatrix,
} from './confusion-matrix.ts';
export {
  type ClassEvaluation,
  type Evaluation,
  evaluateClassifier,
  type MacroScores,
} from './evaluate-classifier.ts';
export { evaluationMetrics } from './evaluation-metrics.ts';
export { formatEvaluation } from './format-evaluation.ts';
export { logLoss } from './log-loss.ts';
export { type RankingScores, rankingScores } from './ranking-scores.ts';
export { HOURS_TO_FAILURE_BOUNDS, type HoursBand, recallByHours } from './recall-by-hours.ts';
export type { ScoredRows } from './scored-rows.ts';
export { textTable } from './text-table.ts';

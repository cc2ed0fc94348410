export {
  type AlarmLead,
  alarmLeads,
  type LabeledFailure,
  labeledFailures,
  type TimedRows,
} from './alarm-lead.ts';
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
export {
  type PrecisionRecallCurve,
  precisionRecallCurve,
  type RocCurve,
  rocCurve,
} from './ranking-curves.ts';
export { type RankingScores, rankingScores } from './ranking-scores.ts';
export { type HoursBand, recallByHours } from './recall-by-hours.ts';
export {
  expectedCalibrationError,
  RELIABILITY_BINS,
  type ReliabilityBin,
  reliabilityCurve,
} from './reliability.ts';
export { probabilitiesOf, type ScoredRows } from './scored-rows.ts';
export { textTable } from './text-table.ts';
export { thinCurve } from './thin-curve.ts';

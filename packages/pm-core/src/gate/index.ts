export { isComparisonCheck } from './comparison-check.ts';
export type { CheckVerdict, GateCheck } from './gate-check.ts';
export { type GateLimits, gateChecks } from './gate-checks.ts';
export type {
  CandidateFigures,
  ComparedFigure,
  Comparison,
  DriftFigures,
  GateEvidence,
  ReplayFigures,
  SignatureFigures,
} from './gate-evidence.ts';
export { confusionByGroup, macroF1OfTotals, numberGroups } from './group-totals.ts';
export {
  figureOfTotals,
  type GroupTotals,
  type PairedBootstrap,
  type PairedDifference,
  pairedBootstrap,
  type TotalsMetric,
  type WeightedFigure,
} from './paired-bootstrap.ts';
export { weightedRocAuc } from './weighted-roc-auc.ts';

export { type CheckVerdict, type GateCheck, type GateLimits, gateChecks } from './gate-checks.ts';
export type {
  CandidateFigures,
  Comparison,
  DriftFigures,
  GateEvidence,
  ReplayFigures,
  SignatureFigures,
} from './gate-evidence.ts';
export { confusionByGroup, macroF1OfTotals, sumByGroup } from './group-totals.ts';
export {
  type GroupTotals,
  type PairedBootstrap,
  type PairedDifference,
  pairedBootstrap,
  type TotalsMetric,
} from './paired-bootstrap.ts';

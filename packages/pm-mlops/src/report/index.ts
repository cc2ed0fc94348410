export type { ComponentCosts, FleetCostReport, PlanCosts } from './cost-report.ts';
export type { EvaluationContent, Importance } from './evaluation-content.ts';
export { evaluationReport } from './evaluation-report.ts';
export { type GateContent, gateReport } from './gate-report.ts';

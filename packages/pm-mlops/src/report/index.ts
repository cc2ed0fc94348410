export type { EvaluationContent, Importance } from './evaluation-content.ts';
export { evaluationReport } from './evaluation-report.ts';

export { compareModels, type ModelComparison, type PairedVerdict } from './compare-models.ts';
export { type ModelSide, readModelSide } from './model-side.ts';
export { type Rollback, rollback } from './rollback.ts';
export { type StagesAt, type Standing, stagesAt } from './stages-at.ts';

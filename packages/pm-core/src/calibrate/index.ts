export {
  type Calibration,
  calibratedUnits,
  type RowScores,
  type StepCurve,
  unitsAt,
} from './calibration.ts';
export { type CalibrationMethod, chooseCalibration, type GroupedRows } from './choose-calibration.ts';
export type { Curve } from './curve.ts';
export { calibrateRows, fitCalibration, type OutOfFoldRows, type ScoreKind } from './fit-calibration.ts';
export { groupFolds } from './group-folds.ts';
export { isotonicCurve } from './isotonic-curve.ts';
export { plattCurve } from './platt-curve.ts';
export { type Block, joinEqualPlaces, poolAdjacentViolators } from './pool-adjacent-violators.ts';

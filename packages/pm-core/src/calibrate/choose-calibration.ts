import { expectedCalibrationError, logLoss, reliabilityCurve } from '../metrics/index.ts';
import { deriveSeed } from '../random.ts';
import { calibrateRows, fitCalibration, type OutOfFoldRows, type ScoreKind } from './fit-calibration.ts';
import { groupFolds } from './group-folds.ts';

/** Rows of models that had not learned from them, and whose they are. */
export interface GroupedRows extends OutOfFoldRows {
  /** One a row: rows of a group (a machine) hang together. */
  readonly groups: readonly string[];
}

export type CalibrationMethod = 'isotonic' | 'platt';

/** How well probabilities say what comes. */
interface Goodness {
  readonly logLoss: number;
  /** Expected calibration error, mean of the classes. */
  readonly error: number;
}

/**
 * Parts of the groups: curves of all but one say that one. They must not be the folds of the models that scored the rows: what is
 * peculiar to one of these models would then never be in the curves that are held against it.
 */
const FOLDS = 5;

/**
 * The method whose curves serve rows best that they were not fitted on, groups apart: of those that lower both log loss and
 * calibration error the one of least log loss; `none` where none does, or with fewer groups than five.
 * @param options.seed of the parts; that of the models' folds will do.
 */
export function chooseCalibration(
  rows: GroupedRows,
  { methods, scoreKind, seed }: { methods: readonly CalibrationMethod[]; scoreKind: ScoreKind; seed: number },
): CalibrationMethod | 'none' {
  if (methods.length === 0 || new Set(rows.groups).size < FOLDS) return 'none';
  const before = goodness(rows, rows.probabilities);
  const better = methods
    .map((method) => ({ method, ...goodness(rows, crossCalibrated(rows, { method, scoreKind, seed })) }))
    .filter((after) => after.logLoss < before.logLoss && after.error < before.error)
    .sort((a, b) => a.logLoss - b.logLoss);
  return better[0]?.method ?? 'none';
}

/** Each row's probabilities by curves of the other folds' rows. */
function crossCalibrated(
  rows: GroupedRows,
  { method, scoreKind, seed }: { method: CalibrationMethod; scoreKind: ScoreKind; seed: number },
): Float32Array {
  const { classCount, groups } = rows;
  const fold = groupFolds(groups, { folds: FOLDS, seed: deriveSeed(seed, FOLDS) });
  const result = new Float32Array(rows.probabilities.length);
  for (let part = 0; part < FOLDS; part++) {
    const fitted = selectRows(rows, (row) => fold[row] !== part);
    const left = selectRows(rows, (row) => fold[row] === part);
    const { probabilities: said } = calibrateRows(
      fitCalibration(fitted, { method, scoreKind }),
      left,
      scoreKind,
    );
    left.places.forEach((row, at) => {
      result.set(said.subarray(at * classCount, (at + 1) * classCount), row * classCount);
    });
  }
  return result;
}

function selectRows(
  { probabilities, labels, classCount }: OutOfFoldRows,
  isWanted: (row: number) => boolean,
) {
  const places = Array.from(labels, (_, row) => row).filter(isWanted);
  const selected = new Float32Array(places.length * classCount);
  places.forEach((row, at) => {
    selected.set(probabilities.subarray(row * classCount, (row + 1) * classCount), at * classCount);
  });
  return { places, probabilities: selected, labels: places.map((row) => labels[row]), classCount };
}

function goodness({ labels, classCount }: OutOfFoldRows, probabilities: Float32Array): Goodness {
  const classes = Array.from({ length: classCount }, (_, c) => `${c}`);
  const errors = classes.map((_, c) => {
    const scores = Float32Array.from(labels, (_, row) => probabilities[row * classCount + c]);
    const isPositive = Uint8Array.from(labels, (label) => Number(label === c));
    return expectedCalibrationError(reliabilityCurve(scores, isPositive));
  });
  return {
    logLoss: logLoss({ classes, labels: Int32Array.from(labels), probabilities }),
    error: errors.reduce((sum, error) => sum + error, 0) / classCount,
  };
}

import { expectedCalibrationError, logLoss, reliabilityCurve } from '../metrics/index.ts';
import { placesWhere } from '../places-where.ts';
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

/** About as many rows are enough to tell which curves serve better; of more, groups are drawn. */
const JUDGED_ROWS = 100_000;

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
  const judged = partsOf(rows, seed);
  const before = goodness(judged, judged.probabilities);
  const better = methods
    .map((method) => ({ method, ...goodness(judged, crossCalibrated(judged, { method, scoreKind })) }))
    .filter((after) => after.logLoss < before.logLoss && after.error < before.error)
    .sort((a, b) => a.logLoss - b.logLoss);
  return better[0]?.method ?? 'none';
}

/** Rows of {@link FOLDS} parts of the groups, with the part of each. */
interface PartedRows extends OutOfFoldRows {
  readonly part: Uint8Array;
}

function partsOf(rows: GroupedRows, seed: number): PartedRows {
  const shares = Math.ceil(rows.groups.length / JUDGED_ROWS);
  const part = groupFolds(rows.groups, { folds: FOLDS * shares, seed: deriveSeed(seed, FOLDS) });
  const places = placesWhere(part.length, (row) => part[row] < FOLDS);
  return { ...rowsAt(rows, places), part: Uint8Array.from(places, (row) => part[row]) };
}

/** Each row's probabilities by curves of the other parts' rows. */
function crossCalibrated(
  rows: PartedRows,
  { method, scoreKind }: { method: CalibrationMethod; scoreKind: ScoreKind },
): Float32Array {
  const { classCount } = rows;
  const result = new Float32Array(rows.probabilities.length);
  for (let part = 0; part < FOLDS; part++) {
    const others = placesWhere(rows.part.length, (row) => rows.part[row] !== part);
    const own = placesWhere(rows.part.length, (row) => rows.part[row] === part);
    const curves = fitCalibration(rowsAt(rows, others), { method, scoreKind });
    const { probabilities: said } = calibrateRows(curves, rowsAt(rows, own), scoreKind);
    own.forEach((row, at) => {
      for (let c = 0; c < classCount; c++) result[row * classCount + c] = said[at * classCount + c];
    });
  }
  return result;
}

function rowsAt({ probabilities, labels, classCount }: OutOfFoldRows, places: Int32Array): OutOfFoldRows {
  const selected = new Float32Array(places.length * classCount);
  places.forEach((row, at) => {
    for (let c = 0; c < classCount; c++) selected[at * classCount + c] = probabilities[row * classCount + c];
  });
  return { probabilities: selected, labels: Int32Array.from(places, (row) => labels[row]), classCount };
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

import { type Calibration, calibratedUnits } from './calibration.ts';
import { sigmoid } from './curve.ts';
import { isotonicCurve } from './isotonic-curve.ts';
import { plattCurve } from './platt-curve.ts';
import { FARTHEST_LOG_ODDS, stepCurve } from './step-curve.ts';

/** What a model's raw score of a class is: a forest's probability, or a boosted model's lead of its margin over the next best. */
export type ScoreKind = 'probability' | 'margin-lead';

export interface OutOfFoldRows {
  /** Rows × classes, row-major, of models that had not learned from the row: probabilities of all classes, before calibration. */
  readonly probabilities: Float32Array;
  /** Class of each row. */
  readonly labels: ArrayLike<number>;
  readonly classCount: number;
}

/** Fits each class's curve against the rest; a class without a row gets a curve too, close to never. */
export function fitCalibration(
  rows: OutOfFoldRows,
  { method, scoreKind }: { method: 'isotonic' | 'platt'; scoreKind: ScoreKind },
): Calibration {
  const { labels, classCount } = rows;
  const fitCurve = method === 'isotonic' ? isotonicCurve : plattCurve;
  const scoreOf = scoreKind === 'probability' ? sigmoid : (logOdds: number) => logOdds;
  return Array.from({ length: classCount }, (_, c) => {
    const isPositive = new Uint8Array(labels.length);
    for (let row = 0; row < isPositive.length; row++) isPositive[row] = labels[row] === c ? 1 : 0;
    const curve = fitCurve(logOddsOf(rows, c, scoreKind), isPositive);
    return stepCurve(curve, { scoreOf, classCount });
  });
}

/**
 * What rows get after calibration: probabilities and the most probable class, the lowest on a tie. From a forest's probabilities these
 * are the calibrated forest's to the bit; a margin's lead is found again from its probabilities only nearly.
 */
export function calibrateRows(
  calibration: Calibration,
  rows: OutOfFoldRows,
  scoreKind: ScoreKind,
): { probabilities: Float32Array; label: Uint8Array } {
  const { classCount, labels } = rows;
  const scores = scoreKind === 'probability' ? rows.probabilities : marginLeads(rows);
  const probabilities = new Float32Array(scores.length);
  const label = new Uint8Array(labels.length);
  const units = new Int32Array(classCount);
  for (let row = 0, at = 0; row < label.length; row++, at += classCount) {
    const total = calibratedUnits(calibration, { scores: scores.subarray(at, at + classCount), units });
    for (let c = 0; c < classCount; c++) {
      probabilities[at + c] = units[c] / total;
      if (units[c] > units[label[row]]) label[row] = c;
    }
  }
  return { probabilities, label };
}

function marginLeads(rows: OutOfFoldRows): Float32Array {
  const { classCount, labels } = rows;
  const leads = new Float32Array(labels.length * classCount);
  for (let c = 0; c < classCount; c++)
    logOddsOf(rows, c, 'margin-lead').forEach((lead, row) => {
      leads[row * classCount + c] = lead;
    });
  return leads;
}

/**
 * ln(p / (1 − p)), or for a margin's lead ln(p / the greatest other p), which the softmax keeps: that is the difference of the
 * two margins.
 */
function logOddsOf(
  { probabilities, classCount, labels }: OutOfFoldRows,
  classNumber: number,
  scoreKind: ScoreKind,
): Float64Array {
  const result = new Float64Array(labels.length);
  for (let row = 0; row < result.length; row++) {
    const first = row * classCount;
    const probability = probabilities[first + classNumber];
    let rival = 1 - probability;
    if (scoreKind === 'margin-lead') {
      rival = 0;
      for (let c = 0; c < classCount; c++)
        if (c !== classNumber) rival = Math.max(rival, probabilities[first + c]);
    }
    const logOdds = Math.log(probability) - Math.log(Math.max(rival, 0));
    result[row] = Math.min(Math.max(logOdds, -FARTHEST_LOG_ODDS), FARTHEST_LOG_ODDS);
  }
  return result;
}

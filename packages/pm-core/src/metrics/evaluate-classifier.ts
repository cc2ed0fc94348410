import { type Baseline, baseline } from './baseline.ts';
import {
  accuracy,
  alarmPrecision,
  type ClassScores,
  type ConfusionMatrix,
  classScores,
  confusionMatrix,
} from './confusion-matrix.ts';
import { logLoss } from './log-loss.ts';
import { type RankingScores, rankingScores } from './ranking-scores.ts';
import { type HoursBand, recallByHours } from './recall-by-hours.ts';
import { expectedCalibrationError, reliabilityCurve } from './reliability.ts';
import { checkScoredRows, probabilitiesOf, type ScoredRows } from './scored-rows.ts';

/** One class against the rest. */
export interface ClassEvaluation extends ClassScores, RankingScores {
  readonly name: string;
  /** ECE in 15 bins of equally many rows; null where the class has no row. */
  readonly calibrationError: number | null;
}

/** Unweighted means over classes; null where no class has the figure. */
export interface MacroScores {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

/** Everything measured on one set of labelled rows: plain data that survives JSON. Null: there is no such figure. */
export interface Evaluation {
  readonly classes: readonly string[];
  readonly rowCount: number;
  readonly confusion: ConfusionMatrix;
  readonly accuracy: number;
  readonly byClass: readonly ClassEvaluation[];
  /** Over all classes but the first; with two classes this is the second one's own figure. */
  readonly macro: MacroScores;
  readonly macroAllClasses: MacroScores;
  readonly alarmPrecision: number;
  /** Mean over the classes, each against the rest; with two classes the second one's. */
  readonly rocAuc: number | null;
  readonly prAuc: number | null;
  /** Ranking by 1 − p(first class), any other class being positive; null with two classes, where it says nothing new. */
  readonly anyFailure: RankingScores | null;
  readonly logLoss: number;
  /** Mean of the classes' calibration errors; with two classes the second one's. */
  readonly calibrationError: number | null;
  readonly baseline: Baseline;
  /** Empty where hours to failure were not given. */
  readonly byHoursToFailure: readonly HoursBand[];
}

/**
 * Evaluates a classifier on labelled rows; figures and their 0/0 rules are scikit-learn's, except that a class without
 * a row has no figure and enters no mean.
 * @param hoursToFailure see {@link recallByHours}.
 * @throws UserError `no-labeled-rows`
 */
export function evaluateClassifier(rows: ScoredRows, hoursToFailure?: ArrayLike<number>): Evaluation {
  checkScoredRows(rows);
  const confusion = confusionMatrix(rows);
  const byClass = rows.classes.map((name, classNumber) => {
    const scores = classScores(confusion, classNumber);
    return { name, ...scores, ...oneVersusRest(rows, classNumber, scores.rowCount) };
  });
  const isBinary = rows.classes.length === 2;
  const ranked = isBinary ? byClass.slice(1) : byClass;
  return {
    classes: rows.classes,
    rowCount: rows.labels.length,
    confusion,
    accuracy: accuracy(confusion),
    byClass,
    macro: macroScores(byClass.slice(1)),
    macroAllClasses: macroScores(byClass),
    alarmPrecision: alarmPrecision(confusion),
    rocAuc: mean(ranked.map((scores) => scores.rocAuc)),
    prAuc: mean(ranked.map((scores) => scores.prAuc)),
    anyFailure: isBinary ? null : anyFailureScores(rows),
    logLoss: logLoss(rows),
    calibrationError: mean(ranked.map((scores) => scores.calibrationError)),
    baseline: baseline(rows.classes, confusion),
    byHoursToFailure: hoursToFailure === undefined ? [] : recallByHours(rows, hoursToFailure),
  };
}

function oneVersusRest(rows: ScoredRows, classNumber: number, positiveCount: number) {
  const scores = probabilitiesOf(rows, classNumber);
  const isPositive = positives(rows, (label) => label === classNumber);
  const error = expectedCalibrationError(reliabilityCurve(scores, isPositive));
  return {
    ...rankingScores(scores, isPositive),
    calibrationError: positiveCount === 0 ? null : error,
  };
}

function anyFailureScores(rows: ScoredRows): RankingScores {
  const anyFailure = probabilitiesOf(rows, 0).map((none) => 1 - none);
  return rankingScores(
    anyFailure,
    positives(rows, (label) => label !== 0),
  );
}

function positives(rows: ScoredRows, isPositive: (label: number) => boolean): Uint8Array {
  return Uint8Array.from(rows.labels, (label) => (isPositive(label) ? 1 : 0));
}

function macroScores(classes: readonly ClassScores[]): MacroScores {
  return {
    precision: mean(classes.map((scores) => scores.precision)),
    recall: mean(classes.map((scores) => scores.recall)),
    f1: mean(classes.map((scores) => scores.f1)),
  };
}

/** Mean of the values that exist, null if none does. */
function mean(values: readonly (number | null)[]): number | null {
  const present = values.filter((value) => value !== null);
  return present.length === 0 ? null : present.reduce((total, value) => total + value, 0) / present.length;
}

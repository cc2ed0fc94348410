import type { Evaluation } from './evaluate-classifier.ts';
import type { HoursBand } from './recall-by-hours.ts';

/**
 * An evaluation as tracking metrics: `test_accuracy`, `test_macro_f1`, `test_macro_f1_all_classes`, `test_roc_auc`,
 * `test_recall_comp1`, `test_recall_12_24h` … A figure that does not exist has no key: never 0 for it, never NaN.
 * @param prefix what was evaluated, with its underscore: `test_`, `validation_`, `test_unseen_machines_`.
 */
export function evaluationMetrics(evaluation: Evaluation, prefix: string): Record<string, number> {
  const figures: Record<string, number | null> = {
    rows: evaluation.rowCount,
    accuracy: evaluation.accuracy,
    ...macroFigures(evaluation.macro, ''),
    ...macroFigures(evaluation.macroAllClasses, '_all_classes'),
    alarm_precision: evaluation.alarmPrecision,
    roc_auc: evaluation.rocAuc,
    roc_auc_any_failure: evaluation.anyFailure?.rocAuc ?? null,
    pr_auc: evaluation.prAuc,
    pr_auc_any_failure: evaluation.anyFailure?.prAuc ?? null,
    log_loss: evaluation.logLoss,
    ece: evaluation.calibrationError,
    base_rate: evaluation.baseline.baseRate,
    baseline_accuracy: evaluation.baseline.accuracy,
    baseline_log_loss: evaluation.baseline.logLoss,
    ...classFigures(evaluation),
    ...Object.fromEntries(evaluation.byHoursToFailure.map((band) => [bandKey(band), band.recall])),
  };
  return Object.fromEntries(
    Object.entries(figures).flatMap(([key, value]) => (value === null ? [] : [[prefix + key, value]])),
  );
}

function macroFigures(macro: Evaluation['macro'], suffix: string): Record<string, number | null> {
  return {
    [`macro_precision${suffix}`]: macro.precision,
    [`macro_recall${suffix}`]: macro.recall,
    [`macro_f1${suffix}`]: macro.f1,
  };
}

function classFigures(evaluation: Evaluation): Record<string, number | null> {
  const figures: Record<string, number | null> = {};
  for (const scores of evaluation.byClass) {
    figures[`rows_${scores.name}`] = scores.rowCount;
    figures[`precision_${scores.name}`] = scores.precision;
    figures[`recall_${scores.name}`] = scores.recall;
    figures[`f1_${scores.name}`] = scores.f1;
    figures[`roc_auc_${scores.name}`] = scores.rocAuc;
    figures[`pr_auc_${scores.name}`] = scores.prAuc;
    figures[`ece_${scores.name}`] = scores.calibrationError;
  }
  return figures;
}

function bandKey(band: HoursBand): string {
  return `recall_${band.fromHours}_${band.toHours}h`;
}

import { countText } from '../count-text.ts';
import type { ClassEvaluation, Evaluation } from './evaluate-classifier.ts';
import { textTable } from './text-table.ts';

/**
 * An evaluation for the terminal: confusion matrix, figures by class, means against the baseline, recall by hours to failure. Hours
 * without a row are left out.
 */
export function formatEvaluation(evaluation: Evaluation): string {
  const parts = [confusionTable(evaluation), classTable(evaluation), summaryTable(evaluation)];
  if (evaluation.byHoursToFailure.some(({ rowCount }) => rowCount > 0)) parts.push(hoursTable(evaluation));
  return parts.join('\n\n');
}

function confusionTable({ classes, confusion }: Evaluation): string {
  const rows = confusion.map((counts, actual) => [classes[actual], ...counts.map(countText)]);
  return textTable([['actual ↓ predicted →', ...classes], ...rows]);
}

function classTable({ byClass, rowCount }: Evaluation): string {
  const cells = (scores: ClassEvaluation) => [
    scores.name,
    countText(scores.rowCount),
    figure(scores.rowCount / rowCount),
    figure(scores.precision),
    figure(scores.recall),
    figure(scores.f1),
    figure(scores.rocAuc),
    figure(scores.prAuc),
  ];
  const header = ['class', 'rows', 'share', 'precision', 'recall', 'F1', 'ROC AUC', 'PR AUC'];
  return textTable([header, ...byClass.map(cells)]);
}

function summaryTable(evaluation: Evaluation): string {
  const { macro, macroAllClasses, baseline } = evaluation;
  const anyFailure: string[][] =
    evaluation.anyFailure === null ? [] : [['ROC AUC any failure', figure(evaluation.anyFailure.rocAuc)]];
  const table = textTable([
    ['overall', 'model', 'baseline'],
    ['accuracy', figure(evaluation.accuracy), figure(baseline.accuracy)],
    ['log loss', figure(evaluation.logLoss), figure(baseline.logLoss)],
    ['macro F1', figure(macro.f1)],
    ['macro F1 all classes', figure(macroAllClasses.f1)],
    ['ROC AUC', figure(evaluation.rocAuc)],
    ...anyFailure,
    ['PR AUC', figure(evaluation.prAuc)],
    ['alarm precision', figure(evaluation.alarmPrecision)],
  ]);
  return `${table}\nbaseline: always '${baseline.majorityClass}'; each class's share as its probability`;
}

function hoursTable({ byHoursToFailure }: Evaluation): string {
  const rows = byHoursToFailure
    .filter((band) => band.rowCount > 0)
    .map((band) => [
      `${band.fromHours}–${band.toHours} h`,
      countText(band.rowCount),
      figure(band.recall),
      figure(band.recallAnyFailure),
    ]);
  return textTable([['before the failure', 'rows', 'recall', 'any component'], ...rows]);
}

const figure = (value: number | null): string => (value === null ? '–' : value.toFixed(4));

import { type ConfusionMatrix, classScores, type ScoredRows } from '../metrics/index.ts';
import type { GroupTotals, TotalsMetric } from './paired-bootstrap.ts';

/** Adds a value per row to its group's totals; groups stand in the order of their first row. */
function sumByGroup(
  groups: readonly string[],
  width: number,
  add: (row: number, values: Float64Array, start: number) => void,
): GroupTotals {
  const { groupCount, numberOfRow } = numberGroups(groups);
  const values = new Float64Array(groupCount * width);
  numberOfRow.forEach((number, row) => {
    add(row, values, number * width);
  });
  return { groupCount, width, values };
}

/** Numbers groups from 0 in the order of their first row. */
export function numberGroups(groups: readonly string[]): { groupCount: number; numberOfRow: Int32Array } {
  const numbers = new Map<string, number>();
  for (const group of groups) if (!numbers.has(group)) numbers.set(group, numbers.size);
  return { groupCount: numbers.size, numberOfRow: Int32Array.from(groups, (group) => numbers.get(group)!) };
}

/** Confusion counts of each group, C × C row-major by actual and predicted class; `groups` has one name a row. */
export function confusionByGroup(
  { classes, labels, predicted }: Pick<ScoredRows, 'classes' | 'labels' | 'predicted'>,
  groups: readonly string[],
): GroupTotals {
  const { length: classCount } = classes;
  return sumByGroup(groups, classCount * classCount, (row, values, start) => {
    values[start + labels[row]! * classCount + predicted[row]!]!++;
  });
}

/** Macro F1 of such counts as an evaluation has it: over all classes but the first, those without a row left out; null if none has. */
export const macroF1OfTotals =
  (classCount: number): TotalsMetric =>
  (totals) => {
    const matrix: ConfusionMatrix = Array.from({ length: classCount }, (_, actual) =>
      Array.from(totals.subarray(actual * classCount, (actual + 1) * classCount)),
    );
    const scores = matrix.map((_, classNumber) => classScores(matrix, classNumber).f1).slice(1);
    const present = scores.filter((score) => score !== null);
    return present.length === 0 ? null : present.reduce((sum, score) => sum + score, 0) / present.length;
  };

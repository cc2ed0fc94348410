import { type Evaluation, probabilitiesOf, type ScoredRows } from 'pm-core/metrics';
import type { KeyEntry } from './chart.ts';

/** A score of every row, and the rows that it should be high for: what curves are drawn of. */
export interface Series extends KeyEntry {
  readonly color: string;
  readonly dash: string;
  readonly scores: Float32Array;
  readonly isPositive: Uint8Array;
}

const DASHES = ['none', '7 3', '2 3', '9 3 2 3'];

/** Colour of a class by its number, from 1 on; the page's style sheet has six. */
export const classColor = (classNumber: number): string => `var(--series${((classNumber - 1) % 6) + 1})`;

/** One series for each class but the first that has rows; told apart by dash as well as by colour. */
export function classSeries(rows: ScoredRows, { byClass }: Evaluation): Series[] {
  return rows.classes.flatMap((label, classNumber) =>
    classNumber === 0 || byClass[classNumber]!.rowCount === 0
      ? []
      : [
          {
            label,
            color: classColor(classNumber),
            dash: DASHES[(classNumber - 1) % DASHES.length]!,
            scores: probabilitiesOf(rows, classNumber),
            isPositive: Uint8Array.from(rows.labels, (given) => (given === classNumber ? 1 : 0)),
          },
        ],
  );
}

/** 1 − p(first class), for the rows of any other class. */
export function anyFailureSeries(rows: ScoredRows): Series {
  return {
    label: 'any failure',
    color: 'var(--text)',
    dash: 'none',
    scores: probabilitiesOf(rows, 0).map((none) => 1 - none),
    isPositive: Uint8Array.from(rows.labels, (label) => (label === 0 ? 0 : 1)),
  };
}

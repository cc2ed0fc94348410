import { TabularConfig } from 'pm-core';
import { describe, expect, it } from 'vitest';
import type { LabeledRows } from '../training/training-data.ts';
import { sweepFolds } from './sweep-folds.ts';

/** Rows whose only feature is their number, from `first` on; every third is of class 1. */
function rowsFrom(first: number, rowCount: number): LabeledRows {
  const column = new Float32Array(new SharedArrayBuffer(4 * rowCount));
  for (let row = 0; row < rowCount; row++) column[row] = first + row;
  return {
    matrix: { featureNames: ['number'], columns: [column], rowCount },
    label: Int32Array.from(column, (number) => (number % 3 === 0 ? 1 : 0)),
    classes: ['0', '1'],
    groups: Array.from(column, String),
    failuresByComponent: {},
    digest: '',
  };
}

const train = rowsFrom(0, 90);
const validation = rowsFrom(90, 30);
const settings = (folds: number | 'auto') =>
  TabularConfig.shape.tune.parse({ folds } satisfies { folds: number | 'auto' });
const numbers = (column: Float32Array | undefined, rows?: Int32Array) =>
  rows === undefined ? [...column!] : Array.from(rows, (row) => column![row]!);

describe('the rows that a sweep measures on', () => {
  it('are the validation part where there is one', () => {
    const { matrix, folds } = sweepFolds({ train, validation }, settings('auto'));
    expect(folds).toHaveLength(1);
    expect(numbers(folds[0]!.test.matrix.columns[0])).toEqual(numbers(validation.matrix.columns[0]));
    expect(numbers(matrix.columns[0], folds[0]!.rows)).toEqual(numbers(train.matrix.columns[0]));
  });

  it.each([
    ['three folds where there is none', undefined, 'auto', 3],
    ['as many folds as asked for', validation, 5, 5],
  ] as const)('are %s, each training row in one', (_, heard, asked, count) => {
    const { folds } = sweepFolds({ train, validation: heard }, settings(asked));
    expect(folds).toHaveLength(count);
    const measured = folds.flatMap(({ test }) => numbers(test.matrix.columns[0]));
    expect(measured.sort((a, b) => a - b)).toEqual(numbers(train.matrix.columns[0]));
  });

  it.each([
    ['the validation part', validation, 'auto'],
    ['folds', undefined, 'auto'],
    ['folds beside a validation part', validation, 3],
  ] as const)('are never learned from or listened to: %s', (_, heard, asked) => {
    const { matrix, folds } = sweepFolds({ train, validation: heard }, settings(asked));
    for (const { rows, early, test } of folds) {
      const measured = new Set(numbers(test.matrix.columns[0]));
      const used = [rows, early!.rows, early!.validationRows].flatMap((part) => [...part]);
      expect(numbers(matrix.columns[0], Int32Array.from(used)).filter((row) => measured.has(row))).toEqual(
        [],
      );
      const listened = new Set(early!.validationRows);
      expect([...early!.rows].filter((row) => listened.has(row))).toEqual([]);
    }
  });

  it('must have two classes', () => {
    const one = { ...validation, label: new Int32Array(30) };
    expect(() => sweepFolds({ train, validation: one }, settings('auto'))).toThrow('of one class only');
  });
});

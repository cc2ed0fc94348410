import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matrixOf } from '../forest/testing/matrix.ts';
import { drawGroupSplit } from '../split/index.ts';
import { equalRows } from './equal-rows.ts';

const cell = fc.constantFrom(0, 0.1, 1, Number.NaN);
const arbitraryRows = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 60 });
const matrixOfTuples = (rows: readonly (readonly [number, number])[]) =>
  matrixOf([rows.map(([first]) => first), rows.map(([, second]) => second)]);

it('the first equal row is named for each, nulls being equal', () => {
  fc.assert(
    fc.property(arbitraryRows, (rows) => {
      const same = (a: number, b: number) => rows[a]!.every((value, i) => Object.is(value, rows[b]![i]));
      const slow = rows.map((_, row) => rows.findIndex((_, other) => same(row, other)));
      expect([...equalRows(matrixOfTuples(rows))]).toEqual(slow);
    }),
  );
});

it('equal rows never stand on both sides of a split by them', () => {
  fc.assert(
    fc.property(arbitraryRows, fc.nat(100), (rows, seed) => {
      const { train, test } = drawGroupSplit(
        rows.map((_, row) => row % 2),
        [...equalRows(matrixOfTuples(rows))],
        { train: 0.6, validation: 0.2, seed },
      );
      const texts = (part: Int32Array) => Array.from(part, (row) => rows[row]!.join());
      expect(texts(test).filter((text) => texts(train).includes(text))).toEqual([]);
    }),
  );
});

import { expect, it } from 'vitest';
import { matrixOfRows, sampleRows } from './matrix-rows.ts';

it('samples one row from each stretch of a matrix, and all where there are few', () => {
  const rows = Array.from({ length: 100 }, (_, index) => [index]);
  const matrix = matrixOfRows(rows, ['index']);
  const sampled = sampleRows(matrix, 10, 7).map(([value]) => value);
  expect(sampled.map((value) => Math.floor(value / 10))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(sampleRows(matrix, 10, 7).map(([value]) => value)).toEqual(sampled);
  expect(sampleRows(matrix, 10, 8).map(([value]) => value)).not.toEqual(sampled);
  expect(sampleRows(matrix, 500, 7).map(([value]) => value)).toEqual(rows.map(([value]) => value));
});

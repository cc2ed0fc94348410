import { expect, it } from 'vitest';
import { QUANTILE_LEVELS, summarizeFeatures } from './feature-summary.ts';
import { matrixOfRows } from './matrix-rows.ts';

it('summarizes a feature by its nulls and by values that occur', () => {
  const matrix = matrixOfRows(
    [...Array.from({ length: 101 }, (_, index) => [100 - index, Number.NaN]), [Number.NaN, Number.NaN]],
    ['some', 'none'],
  );
  const { some, none } = summarizeFeatures(matrix);
  expect(some.quantiles).toEqual(QUANTILE_LEVELS.map((level) => Math.round(level * 100)));
  expect(some.nullFraction).toBeCloseTo(1 / 102, 12);
  expect(none).toEqual({ nullFraction: 1, quantiles: [] });
});

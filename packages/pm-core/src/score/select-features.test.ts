import { expect, it } from 'vitest';
import { scoreColumns } from './select-features.ts';

it('orders the columns as the model wants them and ignores others', () => {
  expect(scoreColumns(['b', 'a'], ['a', 'extra', 'b'], 'm version 3')).toEqual(['b', 'a']);
});

it('names every missing column and the model version', () => {
  expect(() => scoreColumns(['a', 'b', 'c'], ['b'], 'pumps version 3')).toThrow(
    'pumps version 3 needs the columns a, c, which the table lacks.',
  );
});

import { expect, it } from 'vitest';
import { splitCells } from './split-cells.ts';

it.each([
  ['1;2;;', ['1', '2', '', '']],
  ['"a;b";2', ['a;b', '2']],
  ['1;"say ""no""";', ['1', 'say "no"', '']],
  ['', ['']],
])('%j has the cells %j', (record, cells) => {
  expect(splitCells(record, ';')).toEqual(cells);
});

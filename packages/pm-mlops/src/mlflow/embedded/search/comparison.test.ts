import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault } from '../fault.ts';
import { parseFilter } from './comparison.ts';

describe('a filter', () => {
  test.each([
    ['', []],
    ['  ', []],
    ['metrics.f1 > 0.5', [['metrics', 'f1', '>', 0.5]]],
    ['metrics.f1>=-1e-3', [['metrics', 'f1', '>=', -0.001]]],
    ["params.depth = '15'", [['params', 'depth', '=', '15']]],
    ['tags."a b" != "c"', [['tags', 'a b', '!=', 'c']]],
    ["metrics.`it's` < 1", [['metrics', "it's", '<', 1]]],
    ["tags.mlflow.parentRunId = 'x'", [['tags', 'mlflow.parentRunId', '=', 'x']]],
    ["status like 'F%'", [[undefined, 'status', 'LIKE', 'F%']]],
    ["run_id in ('a' , 'b')", [[undefined, 'run_id', 'IN', ['a', 'b']]]],
    ["name not  in ('a')", [[undefined, 'name', 'NOT IN', ['a']]]],
    ['params.depth is not null', [['params', 'depth', 'IS NOT NULL', undefined]]],
    [
      "tags.a = 'x AND y' aNd tags.b IS NULL",
      [
        ['tags', 'a', '=', 'x AND y'],
        ['tags', 'b', 'IS NULL', undefined],
      ],
    ],
  ])('%s is read', (filter, expected) => {
    const read = parseFilter(filter).map(({ entity, key, operator, operand }) => [
      entity,
      key,
      operator,
      operand,
    ]);
    expect(read).toEqual(expected);
  });

  test.each([
    'nonsense',
    'metrics.f1',
    'metrics.f1 >',
    'metrics.f1 > high',
    "metrics. = 'x'",
    "tags.a == 'x'",
    "tags.a <> 'x'",
    "tags.a = 'x",
    "tags.a = 'x' tags.b = 'y'",
    "tags.a = 'x' or tags.b = 'y'",
    "tags.a = 'x' and",
    'run_id in ()',
    "run_id in ('a'",
    "run_id in 'a'",
    "tags.a not like 'x'",
    "tags.a = 'x'; drop table runs",
    "1 = 1'",
  ])('%s is refused with 400', (filter) => {
    expect(() => parseFilter(filter)).toThrow(expect.objectContaining({ status: 400 }));
  });

  test('of any text is read or refused with 400, never anything else', () => {
    const word = fc.constantFrom(
      'metrics',
      'tags',
      '.',
      '`',
      '"',
      "'",
      '=',
      '>',
      ' ',
      'IN',
      '(',
      ')',
      ',',
      'AND',
      'a',
      '1',
      'IS',
      'NULL',
      'NOT',
      'LIKE',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word).map((words) => words.join('')),
    );
    fc.assert(
      fc.property(text, (filter) => {
        try {
          parseFilter(filter);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
          expect((error as Fault).status).toBe(400);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('quotes any key and text that hold no quote of their kind', () => {
    const plain = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[`'\\]/g, ''));
    fc.assert(
      fc.property(plain, plain, (key, text) => {
        expect(parseFilter(`tags.\`${key}\` = '${text}'`)).toEqual([
          { entity: 'tags', key, operator: '=', operand: text },
        ]);
      }),
    );
  });
});

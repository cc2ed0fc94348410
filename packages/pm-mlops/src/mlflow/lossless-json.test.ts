import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLossless } from './lossless-json.ts';

test('an integer that a double holds is a number, a longer one its digits', () => {
  const json =
    '{"a":9007199254740991,"b":9007199254740993,"c":[-8795232193391676030],"d":"8795232193391676030"}';
  expect(parseLossless(json)).toEqual({
    a: 9007199254740991,
    b: '9007199254740993',
    c: ['-8795232193391676030'],
    d: '8795232193391676030',
  });
});

test('every int64 keeps its digits', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (integer) => {
      const { value } = parseLossless(`{"value":${integer}}`) as { value: number | string };
      expect(`${value}`).toBe(`${integer}`);
    }),
  );
});

test('doubles stay doubles, however long', () => {
  const json = '[1e300,12345678901234567890.0,0.12345678901234567,1.5e-12]';
  expect(parseLossless(json)).toEqual(JSON.parse(json));
});

test('any JSON without long integers is what JSON.parse makes of it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.stringify(value);
      fc.pre(!/\d{16}/.test(json));
      expect(parseLossless(json)).toEqual(JSON.parse(json));
    }),
  );
});

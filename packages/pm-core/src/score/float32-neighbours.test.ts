import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nextDown, nextUp } from './float32-neighbours.ts';

it('has no float32 between a value and its neighbours', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const up = nextUp(value);
      expect(up).toBeGreaterThan(value);
      expect(Math.fround(up)).toBe(up);
      if (Number.isFinite(up)) expect([value, up]).toContain(Math.fround(value + (up - value) / 2));
      expect(nextDown(up) === value).toBe(true);
    }),
  );
});

it.each([
  [0, 2 ** -149],
  [-0, 2 ** -149],
  [-(2 ** -149), -0],
  [1, 1 + 2 ** -23],
  [3.4028234663852886e38, Number.POSITIVE_INFINITY],
  [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  [Number.NEGATIVE_INFINITY, -3.4028234663852886e38],
])('steps from %d up to %d', (value, up) => {
  expect(nextUp(value)).toBe(up);
});

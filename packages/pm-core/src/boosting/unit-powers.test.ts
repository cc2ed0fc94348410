import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createUnitPowers, unitPower } from './unit-powers.ts';

it.each([128, 32768, 2 ** 19])(
  'powers of e of multiples of 1 / %i are those of Math.exp but for rounding',
  (unitsPerOne) => {
    const powers = createUnitPowers(unitsPerOne);
    const power = (units: number) => unitPower(powers, units);
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 25), max: 2 ** 25 }), (units) => {
        const exact = Math.exp(Math.max(-40, Math.min(units / unitsPerOne, 40)));
        expect(Math.abs(power(units) / exact - 1)).toBeLessThan(2 ** -51);
      }),
    );
    expect([power(0), power(-(2 ** 25) * 64), power(2 ** 30)]).toEqual([1, Math.exp(-40), Math.exp(40)]);
  },
);

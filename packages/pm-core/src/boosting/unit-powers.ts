/** Margins beyond this are as good as at it: beside 1, e^−40 is lost in a double. */
const FARTHEST = 40;
/** Units that the fine table goes through. */
const FINE = 1024;

/** e^(units / unitsPerOne) for whole units up to ±last: by steps of {@link FINE} units, and the units between. */
export interface UnitPowers {
  readonly coarse: Float64Array;
  readonly fine: Float64Array;
  readonly last: number;
}

/** The tables for margins up to ±40, of which `unitsPerOne` units are 1. */
export function createUnitPowers(unitsPerOne: number): UnitPowers {
  const last = FARTHEST * unitsPerOne;
  const power = (units: number) => Math.exp(units / unitsPerOne);
  const coarse = new Float64Array(2 * Math.ceil(last / FINE) + 1).map((_, i) => power(i * FINE - last));
  return { coarse, fine: new Float64Array(FINE).map((_, i) => power(i)), last };
}

/**
 * e^(units / unitsPerOne), units whole, a product of two numbers from tables, as a whole number is a sum of two: the last bit or
 * two may differ from Math.exp, which takes longer than all else that a gradient takes. Beyond ±40 it is as at ±40.
 */
export function unitPower({ coarse, fine, last }: UnitPowers, units: number): number {
  const place = Math.max(0, Math.min(units + last, 2 * last));
  return coarse[place >>> 10] * fine[place & 1023];
}

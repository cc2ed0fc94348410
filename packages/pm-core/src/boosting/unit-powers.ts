/** Margins beyond this are as good as at it: beside 1, e^−40 is lost in a double. */
const FARTHEST = 40;
/** Units that the fine table goes through. */
const FINE = 1024;

/**
 * Makes e^(units / unitsPerOne), units whole, a product of two numbers from tables, as a whole number is a sum of two: the last
 * bit or two may differ from Math.exp, which takes longer than all else that a gradient takes. Beyond ±40 it is as at ±40.
 */
export function createUnitPowers(unitsPerOne: number): (units: number) => number {
  const last = FARTHEST * unitsPerOne;
  const fine = new Float64Array(FINE).map((_, i) => Math.exp(i / unitsPerOne));
  const coarse = new Float64Array(2 * Math.ceil(last / FINE) + 1);
  for (let i = 0; i < coarse.length; i++) coarse[i] = Math.exp((i * FINE - last) / unitsPerOne);
  return (units) => {
    const place = Math.max(0, Math.min(units + last, 2 * last));
    return coarse[place >>> 10] * fine[place & 1023];
  };
}

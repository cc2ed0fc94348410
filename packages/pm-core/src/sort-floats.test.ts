import { describe, expect, it } from 'vitest';
import { seededRandom } from './random.ts';
import { sortFloats, sortWholes } from './sort-floats.ts';

/** Bits, so that −0 is not 0. */
const bitsOf = (values: Float32Array) => [...new Uint32Array(values.slice().buffer)];

describe('sortFloats', () => {
  it.each([0, 1, 2, 511, 512, 20_000])(
    'sorts %i values of any size and sign as the built-in sort does',
    (length) => {
      const random = seededRandom(length);
      const edges = [0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** -149, -(2 ** -149)];
      const values = Float32Array.from({ length }, (_, i) =>
        i % 7 === 0
          ? edges[(i / 7) % edges.length]
          : (random() - 0.5) * 2 ** Math.floor(random() * 250 - 125),
      );
      const before = bitsOf(values);
      expect(bitsOf(sortFloats(values))).toEqual(bitsOf(values.toSorted()));
      expect(bitsOf(values)).toEqual(before);
    },
  );

  it('puts every NaN last, whatever its sign and payload', () => {
    const values = new Float32Array(5000).fill(-1);
    new Uint32Array(values.buffer).set([0xffc0_0001, 0x7fc0_0000, 0xff80_0001]);
    const sorted = sortFloats(values);
    expect(sorted.findIndex(Number.isNaN)).toBe(4997);
    expect(sorted.subarray(4997).every(Number.isNaN)).toBe(true);
  });
});

describe('sortWholes', () => {
  it.each([3, 511, 512, 20_000])('sorts %i numbers of 32 bits as the built-in sort does', (length) => {
    const random = seededRandom(length);
    const wholes = Uint32Array.from({ length }, () => random() * 2 ** Math.ceil(32 * random()));
    expect([...sortWholes(wholes.slice())]).toEqual([...wholes.toSorted()]);
  });
});

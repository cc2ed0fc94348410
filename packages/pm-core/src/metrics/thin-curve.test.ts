import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thinCurve } from './thin-curve.ts';

describe('a thinned curve', () => {
  it('keeps its ends, its order and at most so many points', () => {
    const points = fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
      {
        minLength: 1,
        maxLength: 300,
      },
    );
    fc.assert(
      fc.property(points, fc.integer({ min: 2, max: 40 }), (given, maxPoints) => {
        const kept = [
          ...thinCurve(
            given.map(([x]) => x),
            given.map(([, y]) => y),
            maxPoints,
          ),
        ];
        expect(kept.length).toBeLessThanOrEqual(maxPoints);
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
        expect([kept[0], kept.at(-1)]).toEqual([0, given.length - 1]);
        if (given.length <= maxPoints) expect(kept).toHaveLength(given.length);
      }),
    );
  });

  it('has its points where the curve moves, not where the rows are', () => {
    // 1,000 points at the start, then ten steps to (1, 1).
    const x = [...new Array(1000).fill(0), ...Array.from({ length: 10 }, (_, i) => (i + 1) / 10)];
    const kept = [...thinCurve(x, x, 11)];
    expect(kept.filter((at) => at >= 1000)).toHaveLength(10);
  });

  it('stays as near to the curve as its steps are long', () => {
    const angles = Array.from({ length: 5000 }, (_, i) => (i / 4999) * (Math.PI / 2));
    const [x, y] = [angles.map(Math.sin), angles.map((angle) => 1 - Math.cos(angle))];
    const kept = [...thinCurve(x, y, 100)];
    const longest = Math.max(
      ...kept.slice(1).map((at, i) => Math.abs(x[at] - x[kept[i]]) + Math.abs(y[at] - y[kept[i]])),
    );
    expect(longest).toBeLessThan((2 / 99) * 1.1);
  });
});

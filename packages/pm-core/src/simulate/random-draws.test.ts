import { expect, it } from 'vitest';
import { drawIndex, drawNormalPair, drawStartHours, randomStream } from './random-draws.ts';

it('draws the same stream for the same keys and another for others', () => {
  const draw = (...keys: [number, ...number[]]) => {
    const random = randomStream(...keys);
    return Array.from({ length: 5 }, random);
  };
  expect(draw(42, 1, 0)).toEqual(draw(42, 1, 0));
  const others = [draw(42, 1, 0), draw(42, 1, 1), draw(42, 2, 0), draw(43, 1, 0)];
  expect(new Set(others.flat()).size).toBe(20);
});

it('draws normal pairs with the moments of two independent standard normals', () => {
  const random = randomStream(1);
  const pair = new Float64Array(2);
  const count = 100_000;
  const sums = { x: 0, xx: 0, xxxx: 0, xy: 0 };
  for (let i = 0; i < count; i++) {
    drawNormalPair(random, pair);
    const [x, y] = pair as unknown as [number, number];
    sums.x += x / count;
    sums.xx += x ** 2 / count;
    sums.xxxx += x ** 4 / count;
    sums.xy += (x * y) / count;
  }
  // Five standard errors: 1, √2, √96 and 1 over √count.
  expect(Math.abs(sums.x)).toBeLessThan(0.016);
  expect(Math.abs(sums.xx - 1)).toBeLessThan(0.023);
  expect(Math.abs(sums.xxxx - 3)).toBeLessThan(0.155);
  expect(Math.abs(sums.xy)).toBeLessThan(0.016);
});

it('draws indices in proportion to their weights and never one of weight 0', () => {
  const random = randomStream(2);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 40_000; i++) counts[drawIndex(random, [1, 0, 3, 0])]!++;
  expect([counts[1], counts[3]]).toEqual([0, 0]);
  expect(Math.abs(counts[0]! - 10_000)).toBeLessThan(5 * Math.sqrt(7500));
  expect(drawIndex(() => 1 - 2 ** -32, [0.1, 0.2, 0])).toBe(1);
});

it('starts as often as a draw in every free hour would, without overlap', () => {
  const hours = 200_000;
  const starts = [...drawStartHours(randomStream(3), hours, 0.01, 48)];
  let hourly = 0;
  const random = randomStream(4);
  for (let hour = 0; hour < hours; hour++) {
    if (random() < 0.01) {
      hourly++;
      hour += 47;
    }
  }
  expect(Math.abs(starts.length - hourly)).toBeLessThan(5 * Math.sqrt(2 * hourly));
  expect(starts.every((start, i) => i === 0 || start - starts[i - 1]! >= 48)).toBe(true);
  expect(starts.at(-1)).toBeLessThan(hours);
});

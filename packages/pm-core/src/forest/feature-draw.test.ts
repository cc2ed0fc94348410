import { describe, expect, it } from 'vitest';
import { drawFeatures } from './feature-draw.ts';

describe('drawing features', () => {
  it('draws as many different ones as wanted', () => {
    for (let path = 1; path < 500; path++) {
      const features = drawFeatures(34, 6, 1, path);
      expect(new Set(features).size).toBe(6);
      expect(Math.min(...features)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...features)).toBeLessThan(34);
    }
  });

  it('keeps their own order where all are wanted', () => {
    expect([...drawFeatures(4, 4, 1, 1)]).toEqual([0, 1, 2, 3]);
  });

  it('draws each as often as any other, over nodes and over trees', () => {
    const overNodes = new Array<number>(10).fill(0);
    const overTrees = new Array<number>(10).fill(0);
    for (let i = 1; i <= 10_000; i++) {
      for (const feature of drawFeatures(10, 3, 42, i)) overNodes[feature]++;
      for (const feature of drawFeatures(10, 3, i, 1)) overTrees[feature]++;
    }
    // 3,000 expected, standard deviation 46.
    for (const count of [...overNodes, ...overTrees]) expect(Math.abs(count - 3000)).toBeLessThan(230);
  });

  it('draws for a child independently of its parent', () => {
    let shared = 0;
    for (let path = 1; path <= 5000; path++) {
      const parent = new Set(drawFeatures(10, 3, 7, path));
      shared += drawFeatures(10, 3, 7, 2 * path).filter((feature) => parent.has(feature)).length;
    }
    // 3 × 3 / 10 expected.
    expect(Math.abs(shared / 5000 - 0.9)).toBeLessThan(0.06);
  });
});

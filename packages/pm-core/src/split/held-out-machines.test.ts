import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heldOutMachines } from './held-out-machines.ts';

const fleet = Array.from({ length: 100 }, (_, i) => String(i + 1));

describe('the held-out machines', () => {
  it('are a fraction of the fleet in natural order, each once', () => {
    const held = heldOutMachines([...fleet, ...fleet], { fraction: 0.2, seed: 42 });
    expect(held).toHaveLength(20);
    expect(held).toEqual([...new Set(held)].sort((a, b) => Number(a) - Number(b)));
  });

  it('depend on the seed, not on the order of the ids', () => {
    const held = heldOutMachines(fleet, { fraction: 0.2, seed: 42 });
    expect(heldOutMachines([...fleet].reverse(), { fraction: 0.2, seed: 42 })).toEqual(held);
    expect(heldOutMachines(fleet, { fraction: 0.2, seed: 43 })).not.toEqual(held);
  });

  it('stay held out when other machines leave the fleet', () => {
    const held = heldOutMachines(fleet, { fraction: 0.2, seed: 42 });
    const smaller = fleet.filter((id) => held.includes(id) || Number(id) % 2 === 0);
    const rest = heldOutMachines(smaller, { fraction: 20 / smaller.length, seed: 42 });
    expect(rest).toEqual(held);
  });

  it('are every machine as often as any other, whatever its id looks like', () => {
    const times = new Map<string, number>();
    for (let seed = 0; seed < 1000; seed++) {
      for (const id of heldOutMachines(fleet, { fraction: 0.2, seed }))
        times.set(id, (times.get(id) ?? 0) + 1);
    }
    const extremes = [Math.min(...times.values()), Math.max(...times.values())];
    expect(times.size).toBe(100);
    expect(extremes[0]).toBeGreaterThan(140);
    expect(extremes[1]).toBeLessThan(260);
  });

  it('are at least one and never all, but none of a fleet of one', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { minLength: 2 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (ids, fraction) => {
          const held = heldOutMachines(ids, { fraction, seed: 1 });
          expect(held.length).toBeGreaterThan(0);
          expect(held.length).toBeLessThan(ids.length);
        },
      ),
    );
    expect(heldOutMachines(['7'], { fraction: 0.2, seed: 1 })).toEqual([]);
    expect(heldOutMachines([], { fraction: 0.2, seed: 1 })).toEqual([]);
  });
});

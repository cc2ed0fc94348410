import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MACHINE_MODELS } from '../tables.ts';
import { FAILURE_LAW } from './failure-law.ts';
import { randomStream } from './random-draws.ts';
import { failureProbability, visitOutcomes } from './visit-outcomes.ts';

const machine = fc.record({
  model: fc.constantFrom(...MACHINE_MODELS),
  ageYears: fc.integer({ min: 0, max: 20 }),
});
const ages = fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { minLength: 4, maxLength: 4 });

it('gives chances that sum to 1 for components of any age', () => {
  fc.assert(
    fc.property(machine, ages, (traits, ageDays) => {
      const outcomes = visitOutcomes(FAILURE_LAW, traits, ageDays);
      expect(outcomes.every(({ probability }) => probability >= 0)).toBe(true);
      expect(outcomes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
      expect(outcomes[0]!.failing).toEqual([]);
    }),
  );
});

it('never lets a component younger than 22 days fail, and an older one the likelier the older', () => {
  const traits = { model: 'model3', ageYears: 10 } as const;
  const chance = (ageDays: number) => failureProbability(FAILURE_LAW, traits, 1, ageDays);
  expect([15, 22].map(chance)).toEqual([0, 0]);
  expect(chance(30)).toBeGreaterThan(0);
  expect(chance(45)).toBeGreaterThan(chance(30));
  expect(chance(75)).toBeCloseTo(0.265 * 0.95, 12);
  expect(chance(300)).toBe(chance(75));
});

it('agrees with drawing the first and the second failure one after the other', () => {
  const traits = { model: 'model1', ageYears: 15 } as const;
  const ageDays = [40, 90, 15, 200];
  const law = { ...FAILURE_LAW, secondFailureProbability: 0.3 };
  const risks = ageDays.map((age, i) => failureProbability(law, traits, i, age));
  const anyChance = 1 - risks.reduce((product, risk) => product * (1 - risk), 1);
  const random = randomStream(9);
  const pick = (excluded: number) => {
    const weights = risks.map((risk, i) => (i === excluded ? 0 : risk));
    let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
    return weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
  };
  const counts = new Map<string, number>();
  const draws = 200_000;
  for (let i = 0; i < draws; i++) {
    let failing: number[] = [];
    if (random() < anyChance) failing = [pick(-1)];
    if (failing.length === 1 && random() < 0.3) failing.push(pick(failing[0]!));
    const key = String(failing.toSorted());
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const { failing, probability } of visitOutcomes(law, traits, ageDays)) {
    const error = 5 * Math.sqrt((probability * (1 - probability)) / draws) + 1e-12;
    expect(Math.abs((counts.get(String(failing)) ?? 0) / draws - probability)).toBeLessThan(error);
  }
});

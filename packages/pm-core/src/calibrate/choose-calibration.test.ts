import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { chooseCalibration, type GroupedRows } from './choose-calibration.ts';

/** Rows of two classes, eight a group; `said` is what is said where the probability of class 1 is `true`. */
function rowsOf(rowCount: number, seed: number, said: (probability: number) => number): GroupedRows {
  const random = seededRandom(seed);
  const probabilities = new Float32Array(rowCount * 2);
  const labels = new Uint8Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    const probability = 0.02 + 0.96 * random();
    probabilities.set([1 - said(probability), said(probability)], row * 2);
    labels[row] = random() < probability ? 1 : 0;
  }
  const groups = Array.from({ length: rowCount }, (_, row) => `machine ${Math.floor(row / 8)}`);
  return { probabilities, labels, classCount: 2, groups };
}

const SEEDS = Array.from({ length: 12 }, (_, seed) => seed);
const options = { scoreKind: 'probability' as const, seed: 42 };
const choose = (rows: GroupedRows) =>
  chooseCalibration(rows, { ...options, methods: ['isotonic', 'platt'] as const });

describe('the calibration that is chosen', () => {
  it('is mostly none where what is said is true', () => {
    const chosen = SEEDS.map((seed) => choose(rowsOf(800, seed, (probability) => probability)));
    expect(chosen.filter((method) => method === 'none').length).toBeGreaterThan(6);
  });

  it('is the sigmoid where log odds are too great by a factor, few rows as there are', () => {
    const squared = (p: number) => p ** 3 / (p ** 3 + (1 - p) ** 3);
    const chosen = SEEDS.map((seed) => choose(rowsOf(400, seed, squared)));
    expect(chosen.filter((method) => method === 'platt').length).toBeGreaterThan(8);
    expect(chosen).not.toContain('none');
  });

  it('is the isotonic curve where what is said is off by no sigmoid', () => {
    const stepped = (p: number) => (p < 0.5 ? 0.45 + p / 10 : 0.5 + p / 10);
    for (const seed of SEEDS.slice(0, 3)) expect(choose(rowsOf(4000, seed, stepped))).toBe('isotonic');
  });

  it('is one of those that are asked for, and none where there are too few groups to part', () => {
    const squared = (p: number) => p ** 2 / (p ** 2 + (1 - p) ** 2);
    const rows = rowsOf(2000, 1, squared);
    expect(chooseCalibration(rows, { ...options, methods: ['isotonic'] })).toBe('isotonic');
    expect(chooseCalibration(rows, { ...options, methods: [] })).toBe('none');
    const groups = rows.groups.map((_, row) => `quarter ${row % 4}`);
    expect(choose({ ...rows, groups })).toBe('none');
  });
});

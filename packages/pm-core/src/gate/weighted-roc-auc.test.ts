import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankingScores } from '../metrics/index.ts';
import { pairedBootstrap, weightedRocAuc } from './index.ts';

describe('the ROC AUC of groups taken several times', () => {
  it('equals that of an evaluation over the rows written out as often, ties and all', () => {
    const row = fc.record({
      score: fc.constantFrom(0, 0.25, 0.5, 0.75, 1),
      label: fc.constantFrom(0, 1),
      group: fc.constantFrom('a', 'b', 'c'),
    });
    const times = fc.array(fc.nat(3), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), times, (rows, counts) => {
        const groups = rows.map(({ group }) => group);
        const order = [...new Set(groups)];
        const written = rows.flatMap((one) => Array<typeof one>(counts[order.indexOf(one.group)]!).fill(one));
        const { rocAuc } = rankingScores(
          Float32Array.from(written, ({ score }) => score),
          Uint8Array.from(written, ({ label }) => label),
        );
        const figure = weightedRocAuc(
          Float32Array.from(rows, ({ score }) => score),
          Int32Array.from(rows, ({ label }) => label),
          groups,
        );
        const found = figure(Uint32Array.from(counts));
        if (rocAuc === null) expect(found).toBeNull();
        else expect(found).toBeCloseTo(rocAuc, 12);
      }),
    );
  });

  it('tells a model that ranks better from one that only calls more rows positive', () => {
    // Both rank alike; the second is surer, so that a threshold at one half would tell them apart.
    const labels = Int32Array.from({ length: 400 }, (_, row) => row % 2);
    const shy = Float32Array.from(labels, (label, row) => 0.2 + 0.1 * label + (((row * 7) % 13) - 6) / 100);
    const bold = shy.map((score) => score + 0.25);
    const noisy = shy.map((score, row) => (row % 4 < 2 ? score : 0.25));
    const groups = Array.from(labels, (_, row) => `${row}`);
    const against = (candidate: Float32Array, champion: Float32Array) =>
      pairedBootstrap({
        groupCount: groups.length,
        candidate: weightedRocAuc(candidate, labels, groups),
        champion: weightedRocAuc(champion, labels, groups),
        seed: 7,
        draws: 300,
        confidence: 0.95,
      })!;
    expect(against(bold, shy)).toMatchObject({ difference: 0, low: 0, high: 0 });
    expect(against(shy, noisy).low).toBeGreaterThan(0);
  });
});

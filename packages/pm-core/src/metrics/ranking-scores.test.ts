import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { rankingScores } from './ranking-scores.ts';

type Rows = readonly (readonly [score: number, positive: boolean])[];

/** Few distinct scores, so that ties are the rule. */
const tiedRows = fc.array(fc.tuple(fc.constantFrom(0, 2 ** -149, 0.25, 0.5, 0.75, 1), fc.boolean()));
const anyRows = fc.array(fc.tuple(fc.float({ min: 0, max: 1, noNaN: true }), fc.boolean()));

describe('rankingScores', () => {
  it.each([
    ['tied', tiedRows],
    ['any', anyRows],
  ])('equals the definition, pair by pair and threshold by threshold, on %s scores', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (rows) => {
        const { rocAuc, prAuc } = scoresOf(rows);
        expectSame(rocAuc, naiveRocAuc(rows));
        expectSame(prAuc, naiveAveragePrecision(rows));
      }),
    );
  });

  it('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(tiedRows, (rows) => {
        expect(scoresOf([...rows].reverse())).toEqual(scoresOf(rows));
      }),
    );
  });

  it('gives the complement when the positives are the others', () => {
    fc.assert(
      fc.property(tiedRows, (rows) => {
        const { rocAuc } = scoresOf(rows);
        const flipped = scoresOf(rows.map(([score, positive]) => [score, !positive]));
        fc.pre(rocAuc !== null);
        expect(flipped.rocAuc).toBeCloseTo(1 - rocAuc!, 12);
      }),
    );
  });

  it('tells a perfect ranking from chance', () => {
    expect(
      scoresOf([
        [0.1, false],
        [0.2, false],
        [0.3, true],
      ]),
    ).toEqual({ rocAuc: 1, prAuc: 1 });
    const random = seededRandom(7);
    const { rocAuc, prAuc } = scoresOf(Array.from({ length: 50_000 }, () => [random(), random() < 0.2]));
    expect(rocAuc).toBeCloseTo(0.5, 1);
    expect(prAuc).toBeCloseTo(0.2, 1);
  });

  it('has no area without both kinds of rows', () => {
    expect(scoresOf([])).toEqual({ rocAuc: null, prAuc: null });
    expect(scoresOf([[0.5, false]])).toEqual({ rocAuc: null, prAuc: null });
    expect(scoresOf([[0.5, true]])).toEqual({ rocAuc: null, prAuc: 1 });
  });
});

function scoresOf(rows: Rows) {
  return rankingScores(
    Float32Array.from(rows, ([score]) => score),
    Uint8Array.from(rows, ([, positive]) => Number(positive)),
  );
}

function naiveRocAuc(rows: Rows): number | null {
  let pairs = 0;
  let won = 0;
  for (const [score, positive] of rows) {
    for (const [otherScore, otherPositive] of rows) {
      if (!positive || otherPositive) continue;
      pairs++;
      won += score > otherScore ? 1 : score === otherScore ? 0.5 : 0;
    }
  }
  return pairs === 0 ? null : won / pairs;
}

function naiveAveragePrecision(rows: Rows): number | null {
  const positives = rows.filter(([, positive]) => positive).length;
  if (positives === 0) return null;
  const thresholds = [...new Set(rows.map(([score]) => score))].sort((a, b) => b - a);
  let total = 0;
  let lastRecall = 0;
  for (const threshold of thresholds) {
    const taken = rows.filter(([score]) => score >= threshold);
    const hits = taken.filter(([, positive]) => positive).length;
    total += (hits / positives - lastRecall) * (hits / taken.length);
    lastRecall = hits / positives;
  }
  return total;
}

function expectSame(actual: number | null, expected: number | null): void {
  if (expected === null) expect(actual).toBeNull();
  else expect(actual).toBeCloseTo(expected, 10);
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateClassifier } from '../metrics/index.ts';
import { seededRandom } from '../random.ts';
import {
  confusionByGroup,
  figureOfTotals,
  macroF1OfTotals,
  type PairedDifference,
  pairedBootstrap,
} from './index.ts';

const CLASSES = ['none', 'comp1', 'comp2'];

interface Row {
  readonly group: string;
  readonly label: number;
  readonly candidate: number;
  readonly champion: number;
}

function compare(rows: readonly Row[], options: { draws?: number; groups?: readonly string[] } = {}) {
  const { draws = 1000, groups = rows.map(({ group }) => group) } = options;
  const figure = (side: 'candidate' | 'champion') => {
    const scored = {
      classes: CLASSES,
      labels: Int32Array.from(rows, ({ label }) => label),
      predicted: Int32Array.from(rows, (row) => row[side]),
    };
    return figureOfTotals(confusionByGroup(scored, groups), macroF1OfTotals(CLASSES.length));
  };
  const sides = { candidate: figure('candidate'), champion: figure('champion') };
  return pairedBootstrap({ ...sides, groupCount: new Set(groups).size, seed: 7, draws, confidence: 0.95 });
}

describe('the paired bootstrap over groups', () => {
  it('says by row that a candidate is better which one odd machine alone speaks for, and by machine that it is not known', () => {
    const rows = fleet({ machines: 12, rowsEach: 200, helped: [3], harmed: [8] });
    const byMachine = compare(rows) as PairedDifference;
    const byRow = compare(rows, { groups: rows.map((_, row) => String(row)) }) as PairedDifference;
    expect(byRow.difference).toBe(byMachine.difference);
    expect(byRow.low).toBeGreaterThan(0);
    expect(byMachine.low).toBeLessThan(0);
  });

  it('says better of a candidate that is so on every machine, worse of its reverse, and nothing of a twin', () => {
    const everywhere = fleet({ machines: 12, rowsEach: 100, helped: [...Array(12).keys()], harmed: [] });
    const swapped = everywhere.map((row) => ({ ...row, candidate: row.champion, champion: row.candidate }));
    const twin = everywhere.map((row) => ({ ...row, candidate: row.champion }));
    expect(compare(everywhere)!.low).toBeGreaterThan(0);
    expect(compare(swapped)!.high).toBeLessThan(0);
    expect(compare(twin)).toMatchObject({ difference: 0, low: 0, high: 0, groups: 12, draws: 1000 });
  });

  it('equals the drawing of whole rows and their evaluation', () => {
    const row = fc.record({
      group: fc.constantFrom('a', 'b', 'c', 'd'),
      label: fc.constantFrom(0, 0, 1, 2),
      candidate: fc.constantFrom(0, 1, 2),
      champion: fc.constantFrom(0, 1, 2),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 25 }), (rows) => {
        expect(compare(rows, { draws: 30 })).toEqual(byDefinition(rows, 30));
      }),
      { numRuns: 60 },
    );
  });

  it('leaves draws without a failure out, and says nothing where no row has one', () => {
    const one = { group: 'a', label: 1, candidate: 1, champion: 0 };
    const none = ['b', 'c'].map((group) => ({ group, label: 0, candidate: 0, champion: 0 }));
    const found = compare([one, ...none]) as PairedDifference;
    expect(found).toMatchObject({ difference: 1, low: 1, high: 1, groups: 3 });
    // (2/3)³ of the draws miss the machine.
    expect(found.draws).toBeGreaterThan(640);
    expect(found.draws).toBeLessThan(760);
    expect(compare(none)).toBeUndefined();
  });
});

/** Each machine has one failing row in five; the candidate finds all of them on helped machines, none on harmed ones, else half as the champion does. */
function fleet(plan: {
  machines: number;
  rowsEach: number;
  helped: readonly number[];
  harmed: readonly number[];
}): Row[] {
  return Array.from({ length: plan.machines * plan.rowsEach }, (_, i): Row => {
    const machine = Math.floor(i / plan.rowsEach);
    const label = i % 5 === 0 ? 1 + (machine % 2) : 0;
    const champion = i % 10 === 0 ? label : 0;
    // Harm is a tenth of a help: by row the sum is clear.
    const candidate = plan.helped.includes(machine)
      ? label
      : plan.harmed.includes(machine) && i % 50 === 0
        ? 0
        : champion;
    return { group: `m${machine}`, label, candidate, champion };
  });
}

function byDefinition(rows: readonly Row[], draws: number): PairedDifference | undefined {
  const names = [...new Set(rows.map(({ group }) => group))];
  const all = differenceOn(rows);
  if (all === undefined) return undefined;
  const random = seededRandom(7);
  const differences = Array.from({ length: draws }, () => {
    const drawn = names.map(() => names[Math.floor(random() * names.length)]!);
    return differenceOn(drawn.flatMap((name) => rows.filter(({ group }) => group === name)));
  }).flatMap((found) => (found === undefined ? [] : [found.difference]));
  differences.sort((a, b) => a - b);
  const at = (level: number) => differences[Math.round(level * (differences.length - 1))] ?? Number.NaN;
  return { ...all, low: at(1 - 0.95), high: at(0.95), groups: names.length, draws: differences.length };
}

function differenceOn(rows: readonly Row[]) {
  const f1Of = (side: 'candidate' | 'champion') =>
    evaluateClassifier({
      classes: CLASSES,
      labels: Int32Array.from(rows, ({ label }) => label),
      predicted: Int32Array.from(rows, (row) => row[side]),
      probabilities: new Float32Array(rows.length * CLASSES.length),
    }).macro.f1;
  const [candidate, champion] = [f1Of('candidate'), f1Of('champion')];
  if (candidate === null || champion === null) return undefined;
  return { candidate, champion, difference: candidate - champion };
}

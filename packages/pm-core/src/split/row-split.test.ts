import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawGroupSplit, drawRowSplit, type RowParts } from './row-split.ts';

const shares = { train: 0.6, validation: 0.2, seed: 7 };
const labelsOf = (counts: readonly number[]) =>
  counts.flatMap((count, label) => Array<number>(count).fill(label));
const rowsOf = ({ train, validation, test }: RowParts) => [...train, ...validation, ...test];
const counted = (labels: readonly number[], rows: Int32Array, label: number) =>
  rows.filter((row) => labels[row] === label).length;

const arbitraryLabels = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 200 });
const arbitrarySeed = fc.integer({ min: 0, max: 1000 });

describe('a split by row', () => {
  it('puts every row into one part, and as many of each label as its share says', () => {
    fc.assert(
      fc.property(arbitraryLabels, arbitrarySeed, (labels, seed) => {
        const parts = drawRowSplit(labels, { ...shares, seed });
        expect(rowsOf(parts).sort((a, b) => a - b)).toEqual([...labels.keys()]);
        for (const label of [0, 1, 2]) {
          const all = labels.filter((one) => one === label).length;
          expect(counted(labels, parts.train, label)).toBe(Math.round(0.6 * all));
          expect(counted(labels, parts.test, label)).toBe(all - Math.round(0.8 * all));
        }
      }),
    );
  });

  it('is the same for the same seed, another for another, and gives each row each part in its turn', () => {
    const labels = labelsOf([300, 100]);
    expect(drawRowSplit(labels, shares)).toEqual(drawRowSplit(labels, shares));
    expect(drawRowSplit(labels, { ...shares, seed: 8 }).test).not.toEqual(drawRowSplit(labels, shares).test);
    const tested = new Set(
      Array.from({ length: 60 }, (_, seed) => [...drawRowSplit(labels, { ...shares, seed }).test]).flat(),
    );
    expect(tested.size).toBe(400);
  });
});

describe('a split by group', () => {
  it('never tears a group apart', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ label: fc.integer({ min: 0, max: 1 }), group: fc.integer({ min: 0, max: 30 }) }),
        ),
        arbitrarySeed,
        (rows, seed) => {
          const groups = rows.map(({ group }) => group);
          const parts = drawGroupSplit(
            rows.map(({ label }) => label),
            groups,
            { ...shares, seed },
          );
          expect(rowsOf(parts)).toHaveLength(rows.length);
          const groupsOf = (part: Int32Array) => new Set(Array.from(part, (row) => groups[row]!));
          const sides = [parts.train, parts.validation, parts.test].map(groupsOf);
          expect(sides.reduce((sum, side) => sum + side.size, 0)).toBe(new Set(groups).size);
        },
      ),
    );
  });

  it('keeps parts near their shares where groups are small', () => {
    const labels = labelsOf([800, 200]);
    const { train, test } = drawGroupSplit(
      labels,
      labels.map((_, row) => Math.floor(row / 4)),
      shares,
    );
    expect(train.length).toBe(600);
    expect(counted(labels, test, 1)).toBe(40);
  });
});

import { deriveSeed, seededRandom } from '../random.ts';
import type { PartSummary } from './resolve-split.ts';

/** Which rows do what in a workflow without time. */
export interface RowSplit {
  readonly seed: number;
  /** Why this split, as a sentence. */
  readonly reason: string;
  /** Rows whose features are those of an earlier row: chance puts some of them on both sides. */
  readonly repeatedRows: number;
  readonly train: PartSummary;
  readonly validation: PartSummary;
  readonly test: PartSummary;
}

/** Places of rows by part, each ascending; together every row once. */
export interface RowParts {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/** Shares of the rows; what neither has tests. */
export interface RowShares {
  readonly train: number;
  readonly validation: number;
  readonly seed: number;
}

/**
 * Draws the rows of three parts, stratified: of each label's rows, round(train × n) train and the next, up to
 * round((train + validation) × n), validate. The same labels, shares and seed give the same parts.
 */
export function drawRowSplit(labels: ArrayLike<number>, shares: RowShares): RowParts {
  return drawGroupSplit(
    labels,
    Array.from(labels, (_, row) => row),
    shares,
  );
}

/**
 * As {@link drawRowSplit}, with all rows of one group in one part. Groups are drawn, so that parts are as large as that
 * allows; a group is counted with the label of its first row.
 */
export function drawGroupSplit(
  labels: ArrayLike<number>,
  groups: readonly (string | number)[],
  { train, validation, seed }: RowShares,
): RowParts {
  const rowsOf = Map.groupBy(groups.keys(), (row) => groups[row]!);
  const strata = Map.groupBy(rowsOf.values(), ([first]) => labels[first!]!);
  const parts: Record<keyof RowParts, number[]> = { train: [], validation: [], test: [] };
  for (const [label, members] of strata) {
    const rowCount = members.reduce((sum, rows) => sum + rows.length, 0);
    let taken = 0;
    for (const rows of shuffled(members, deriveSeed(seed, label))) {
      const part =
        taken < Math.round(train * rowCount)
          ? 'train'
          : taken < Math.round((train + validation) * rowCount)
            ? 'validation'
            : 'test';
      for (const row of rows) parts[part].push(row);
      taken += rows.length;
    }
  }
  const ascending = (rows: number[]) => Int32Array.from(rows).sort();
  return {
    train: ascending(parts.train),
    validation: ascending(parts.validation),
    test: ascending(parts.test),
  };
}

/** Fisher and Yates. */
function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const random = seededRandom(seed);
  const drawn = [...items];
  for (let last = drawn.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [drawn[last], drawn[other]] = [drawn[other]!, drawn[last]!];
  }
  return drawn;
}

import { expect } from 'vitest';
import type { FeatureRow } from './features-by-definition.ts';

/** The same rows in the same order, every value equal to 1e-9 (relative above 1), null where null. */
export const expectClose = (actual: readonly FeatureRow[], expected: readonly FeatureRow[]): void =>
  expectRows(
    actual,
    expected,
    (a, b) => Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)),
  );

/** The same rows in the same order, every value the same to the bit. */
export const expectSameBits = (actual: readonly FeatureRow[], expected: readonly FeatureRow[]): void =>
  expectRows(actual, expected, Object.is);

function expectRows(
  actual: readonly FeatureRow[],
  expected: readonly FeatureRow[],
  equal: (a: number, b: number) => boolean,
): void {
  expect(actual.map(key)).toEqual(expected.map(key));
  const differences = expected.flatMap((row, r) =>
    row.values.flatMap((value, i) =>
      equal(actual[r]!.values[i]!, value)
        ? []
        : [`${key(row)} feature ${i}: ${actual[r]!.values[i]} not ${value}`],
    ),
  );
  expect(differences).toEqual([]);
}

const key = ({ machineId, windowEnd }: FeatureRow): string =>
  `${machineId} ${new Date(windowEnd).toISOString()}`;

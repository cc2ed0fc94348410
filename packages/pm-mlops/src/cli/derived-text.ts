import type { DerivedTable } from '../pipelines/fleet/feature-tables.ts';

/** What became of a derived table, such as `features: 2,000 rows computed, 718,000 kept`. */
export function derivedText({ table, computed, rowCount, rowsComputed }: DerivedTable): string {
  const count = (n: number): string => n.toLocaleString('en-US');
  return computed
    ? `${table}: ${count(rowsComputed)} rows computed, ${count(rowCount - rowsComputed)} kept`
    : `${table}: ${count(rowCount)} rows (up to date)`;
}

import { countText } from 'pm-core';
import type { DerivedTable } from '../pipelines/fleet/feature-tables.ts';

/** What became of a derived table, such as `features: 2,000 rows computed, 718,000 kept`. */
export function derivedText({ table, computed, rowCount, rowsComputed }: DerivedTable): string {
  return computed
    ? `${table}: ${countText(rowsComputed)} rows computed, ${countText(rowCount - rowsComputed)} kept`
    : `${table}: ${countText(rowCount)} rows (up to date)`;
}

import { identifier } from 'pm-core/engine';
import { inMonth, type MonthsWrite, monthlyFiles, monthsOf } from 'pm-core/lake';
import type { Workbench } from '../base/workbench.ts';

export interface AddedRows {
  /** Table of the engine that has them; their months change. */
  readonly added: string;
  /** SQL condition: a row of the lake's table goes. */
  readonly replaced: string;
  /** Whether rows may go in months without an added one. */
  readonly inAllMonths: boolean;
  /** Columns, and terms of an ORDER BY. */
  readonly columns: string;
  readonly order: string;
}

/** New content of the months of a table of the lake by `window_end`, rows added in place of others; the other months stay. */
export async function mergeMonths(
  { lake, engine }: Workbench,
  table: string,
  { added, replaced, inAllMonths, columns, order }: AddedRows,
): Promise<MonthsWrite> {
  const present = lake.manifest.tables[table];
  const changed = await monthsOf(engine, added, 'window_end');
  const isWhole = present !== undefined && (inAllMonths || present.months === undefined);
  const months = new Set([
    ...changed,
    ...(isWhole ? await monthsOf(engine, identifier(table), 'window_end') : []),
  ]);
  const rowsOf = (month: string) => {
    // By name: a table of an earlier version of this package lacks the newer columns, which are then null.
    const kept = `UNION ALL BY NAME SELECT * FROM ${identifier(table)} WHERE ${inMonth('window_end', month)} AND NOT (${replaced})`;
    return `SELECT ${columns} FROM (SELECT ${columns} FROM ${added} WHERE ${inMonth('window_end', month)}
      ${present === undefined ? '' : kept}) ORDER BY ${order}`;
  };
  return { months: monthlyFiles(engine, [...months], rowsOf), others: 'stay' };
}

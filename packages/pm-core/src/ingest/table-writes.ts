import type { TableEngine } from '../engine/index.ts';
import {
  type FileWrite,
  type Manifest,
  type MonthsWrite,
  monthlyFiles,
  monthsOf,
  type TableWrite,
} from '../lake/index.ts';
import { keptRows, replacedRows, takenRows } from './merge-rows.ts';
import { monthColumn, replacedName, stageNames } from './stage-names.ts';
import type { StagedTable } from './stage-table.ts';

export interface TableWritesOptions {
  /** Tables of the lake that stay. */
  readonly stored: Manifest['tables'];
  readonly commitNumber: number;
}

/** New content of a table, and of its record of replaced values, where there is any. */
export async function tableWrites(
  engine: TableEngine,
  staged: StagedTable,
  { stored, commitNumber }: TableWritesOptions,
): Promise<Record<string, TableWrite | MonthsWrite>> {
  const { table, merge, lake } = staged;
  const writes: Record<string, TableWrite | MonthsWrite> = {};
  if (stored[table] === undefined || merge.new + merge.corrected > 0)
    writes[table] = await keptWrite(engine, staged, stored[table]);
  if (merge.replaced > 0) {
    const name = replacedName(table);
    const select = replacedRows(table, lake, commitNumber);
    const expected = (stored[name]?.rowCount ?? 0) + merge.replaced;
    const write = (path: string) => engine.writeParquet(select, path);
    writes[name] = { write: inAll({ write }, expected).write! };
  }
  return writes;
}

async function keptWrite(
  engine: TableEngine,
  { table, merge, lake }: StagedTable,
  stored: Manifest['tables'][string] | undefined,
): Promise<TableWrite | MonthsWrite> {
  const time = monthColumn(table);
  const taken = `(${takenRows(table, merge)})`;
  const months = new Set(time === undefined ? [] : await monthsOf(engine, taken, time));
  if (time !== undefined && lake.rows && stored?.months === undefined)
    for (const month of await monthsOf(engine, stageNames(table).lake, time)) months.add(month);
  if (months.size === 0) {
    const write = (path: string) => engine.writeParquet(keptRows(table, lake, merge), path);
    return inAll({ write }, (stored?.rowCount ?? 0) + merge.new);
  }
  const before = [...months].reduce((total, month) => total + (stored?.months?.[month]?.rowCount ?? 0), 0);
  const expected = (stored?.months === undefined ? (stored?.rowCount ?? 0) : before) + merge.new;
  const files = monthlyFiles(engine, [...months], (month) => keptRows(table, lake, merge, month));
  return { months: inAll(files, expected), others: stored === undefined ? 'go' : 'stay' };
}

/** The same writes, of which the last one fails unless so many rows are in all of them. */
function inAll<Files extends Record<string, FileWrite>>(files: Files, expected: number): Files {
  let [filesLeft, written] = [Object.keys(files).length, 0];
  const counted = Object.entries(files).map(([name, write]) => [
    name,
    async (path: string) => {
      const rows = await write(path);
      written += rows;
      filesLeft--;
      if (filesLeft === 0 && written !== expected)
        throw new Error(`${path}: ${written} rows written in all, ${expected} expected`);
      return rows;
    },
  ]);
  return Object.fromEntries(counted) as Files;
}

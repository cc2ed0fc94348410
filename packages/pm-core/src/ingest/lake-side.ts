import { join } from 'node:path';
import { parquetFilesRows } from '../engine/duckdb/read-files.ts';
import type { TableEngine } from '../engine/index.ts';
import { type Lake, monthsOf } from '../lake/index.ts';
import type { RawTable } from '../tables.ts';
import { MACHINE_TYPE } from './row-checks.ts';
import { monthColumn, replacedName, stageNames, timeColumn } from './stage-names.ts';

/** What the engine has of the lake under {@link stageNames}: `lake`, `lakeNewest` and `lakeReplaced`. */
export interface LakeSide {
  readonly rows: boolean;
  readonly newest: boolean;
  readonly replaced: boolean;
}

/** Gives the engine what good rows are held against: rows of the lake that they may meet. Machines are as in the incoming rows. */
export async function defineLakeSide(
  engine: TableEngine,
  lake: Lake | undefined,
  table: RawTable,
): Promise<LakeSide> {
  const names = stageNames(table);
  return {
    rows: await defineStored(engine, lake, {
      name: table,
      as: names.lake,
      files: await filesMet(engine, lake, table),
    }),
    newest: await defineNewest(engine, lake, table),
    replaced: await defineStored(engine, lake, { name: replacedName(table), as: names.lakeReplaced }),
  };
}

/** The lake's files of a table that have rows of the incoming ones' months, or of any where it has no file a month. */
async function filesMet(
  engine: TableEngine,
  lake: Lake | undefined,
  table: RawTable,
): Promise<readonly string[]> {
  const stored = lake?.manifest.tables[table];
  const time = monthColumn(table);
  if (stored?.months === undefined || time === undefined) return stored?.files ?? [];
  const months = await monthsOf(engine, stageNames(table).good, time);
  return months.flatMap((month) => stored.months![month]?.file ?? []);
}

/** Names rows of a table of the lake. Returns whether there are any files. */
async function defineStored(
  engine: TableEngine,
  lake: Lake | undefined,
  {
    name,
    as,
    files = lake?.manifest.tables[name]?.files ?? [],
  }: { name: string; as: string; files?: readonly string[] },
): Promise<boolean> {
  if (files.length === 0) return false;
  const isTyped = !/^(replaced_)?machines$/.test(name);
  const cells = isTyped ? `* REPLACE (CAST(machine_id AS ${MACHINE_TYPE}) AS machine_id)` : '*';
  await engine.defineQuery(as, `SELECT ${cells} FROM (${storedRows(lake!, files)})`);
  return true;
}

/** Names each machine's newest instant in a table of the lake. Returns whether the lake has the table, and it has instants. */
async function defineNewest(engine: TableEngine, lake: Lake | undefined, table: RawTable): Promise<boolean> {
  const stored = lake?.manifest.tables[table];
  const time = timeColumn(table);
  if (stored === undefined || time === undefined) return false;
  const newest = `SELECT machine_id, max(${time}) AS newest FROM (${storedRows(lake!, stored.files)}) GROUP BY machine_id`;
  await engine.defineQuery(
    stageNames(table).lakeNewest,
    `SELECT CAST(machine_id AS ${MACHINE_TYPE}) AS machine_id, newest FROM (${newest})`,
  );
  return true;
}

/** SQL select of all rows of some files of a lake. */
export const storedRows = (lake: Lake, files: readonly string[]): string =>
  parquetFilesRows(files.map((file) => join(lake.directory, file)));

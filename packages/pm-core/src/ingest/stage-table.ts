import { join } from 'node:path';
import { parquetFilesRows } from '../engine/duckdb/read-files.ts';
import { identifier, literal, naturalOrder, type TableEngine } from '../engine/index.ts';
import { UserError } from '../errors.ts';
import { type Lake, monthsOf } from '../lake/index.ts';
import { DICTIONARY, type RawTable } from '../tables.ts';
import { type JudgedFile, judgeFiles } from './judge-files.ts';
import type { LakeSide } from './judge-rows.ts';
import type { KnownFiles } from './known-files.ts';
import type { LocalFile } from './local-copy.ts';
import { fileRows, type Merge, mergeRows } from './merge-rows.ts';
import { MACHINE_TYPE } from './row-checks.ts';
import { type StageOptions, stageCsv } from './stage-csv.ts';
import { monthColumn, replacedName, stageNames, timeColumn } from './stage-names.ts';
import { stageParquet } from './stage-parquet.ts';
import type { StagedFile } from './staged-file.ts';

/** A table's incoming rows, checked and compared with the lake's; the engine holds them under {@link stageNames}. */
export interface StagedTable {
  readonly table: RawTable;
  readonly files: readonly JudgedFile[];
  readonly rowsIn: number;
  readonly merge: Merge;
  /** What the engine has of the lake. */
  readonly lake: LakeSide;
}

export interface MergeOptions extends StageOptions {
  readonly table: RawTable;
  readonly known: Pick<KnownFiles, 'nameOf' | 'since'>;
  /** Whether these are all files of the table: others are known and not read. */
  readonly all: boolean;
}

/**
 * Reads, checks and merges a table's files (at least one) in the engine; writes nothing. Except for machines,
 * {@link defineMachines} comes first.
 * @throws UserError on a file that cannot be read, `no-rows` for machines or telemetry without any.
 */
export async function stageTable(
  engine: TableEngine,
  files: readonly LocalFile[],
  lake: Lake | undefined,
  options: MergeOptions,
): Promise<StagedTable> {
  const { table, known } = options;
  const names = stageNames(table);
  const staged: StagedFile[] = [];
  for (const [i, file] of files.entries()) {
    const stage = file.format === 'csv' ? stageCsv : stageParquet;
    staged.push(await stage(engine, file, names.stage(i), options));
  }
  const parts = staged.map(
    ({ stage }, i) => `SELECT *, CAST(${i} AS INTEGER) AS file, rowid AS place FROM ${identifier(stage)}`,
  );
  const columns = DICTIONARY[table].columns.map(({ name }) => identifier(name)).join(', ');
  await engine.defineQuery(names.rows, parts.join(' UNION ALL '));
  await engine.defineQuery(names.good, `SELECT ${columns}, file, place FROM ${names.rows} WHERE fault = 0`);
  await engine.defineQuery(
    names.files,
    fileRows(files.map(({ name }) => ({ source: known.nameOf(name), since: known.since(name) }))),
  );
  const lakeSide = {
    rows: await defineStored(engine, lake, {
      name: table,
      as: names.lake,
      files: await filesMet(engine, lake, table),
    }),
    newest: await defineNewest(engine, lake, table),
    replaced: await defineStored(engine, lake, { name: replacedName(table), as: names.lakeReplaced }),
  };
  const merge = await mergeRows(engine, table, lakeSide);
  const judged = await judgeFiles(engine, table, staged);
  const rowsIn = judged.reduce((total, file) => total + file.rowsIn, 0);
  if (rowsIn === 0 && options.all && ['machines', 'telemetry'].includes(table)) throw noRows(table, files);
  return { table, files: judged, rowsIn, merge, lake: lakeSide };
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

/** Names rows of a table of the lake, its machines as the incoming rows have them. Returns whether there are any files. */
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

const storedRows = (lake: Lake, files: readonly string[]): string =>
  parquetFilesRows(files.map((file) => join(lake.directory, file)));

/**
 * Defines the {@link MACHINE_TYPE} from the machines of the lake (if it stays) and those staged (if they are). Returns how many they are.
 * @throws UserError `no-machines`.
 */
export async function defineMachines(
  engine: TableEngine,
  lake: Lake | undefined,
  { staged }: { staged: boolean },
): Promise<number> {
  const stored = lake?.manifest.tables.machines?.files;
  const sources = [
    ...(staged ? [`SELECT machine_id FROM ${stageNames('machines').rows} WHERE fault = 0`] : []),
    ...(stored === undefined ? [] : [`SELECT machine_id FROM (${storedRows(lake!, stored)})`]),
  ];
  const rows =
    sources.length === 0
      ? []
      : await engine.query(
          `SELECT DISTINCT machine_id, ${naturalOrder('machine_id')} FROM (${sources.join(' UNION ALL ')}) ORDER BY ${naturalOrder('machine_id')}`,
        );
  if (rows.length === 0) {
    throw new UserError('no-machines', 'No machine is known: every other row names one.', {
      next: 'Ingest the table machines first or with the others.',
    });
  }
  const ids = rows.map((row) => literal(String(row.machine_id)));
  await engine.query(`CREATE OR REPLACE TYPE ${MACHINE_TYPE} AS ENUM (${ids.join(', ')})`);
  return rows.length;
}

const noRows = (table: RawTable, files: readonly LocalFile[]): UserError =>
  new UserError(
    'no-rows',
    `${files.map(({ name }) => name).join(', ')}: no row below the header; the table ${table} must have some.`,
    {
      next: 'Check that the export is complete.',
    },
  );

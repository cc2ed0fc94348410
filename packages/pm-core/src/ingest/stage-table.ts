import { identifier, literal, naturalOrder, type TableEngine } from '../engine/index.ts';
import { UserError } from '../errors.ts';
import type { Lake } from '../lake/index.ts';
import { DICTIONARY, type RawTable } from '../tables.ts';
import { type JudgedFile, judgeFiles } from './judge-files.ts';
import type { KnownFiles } from './known-files.ts';
import { defineLakeSide, type LakeSide, storedRows } from './lake-side.ts';
import type { LocalFile } from './local-copy.ts';
import { fileRows, type Merge, mergeRows } from './merge-rows.ts';
import { MACHINE_TYPE } from './row-checks.ts';
import { type StageOptions, stageCsv } from './stage-csv.ts';
import { stageNames } from './stage-names.ts';
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
  const lakeSide = await defineLakeSide(engine, lake, table);
  const merge = await mergeRows(engine, table, lakeSide);
  const judged = await judgeFiles(engine, table, staged);
  const rowsIn = judged.reduce((total, file) => total + file.rowsIn, 0);
  if (rowsIn === 0 && options.all && ['machines', 'telemetry'].includes(table)) throw noRows(table, files);
  return { table, files: judged, rowsIn, merge, lake: lakeSide };
}

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

import { join } from 'node:path';
import { identifier, literal, naturalOrder, type TableEngine } from '../engine/index.ts';
import { UserError } from '../errors.ts';
import type { Lake } from '../lake/index.ts';
import { DICTIONARY, type RawTable } from '../tables.ts';
import { type JudgedFile, judgeFiles } from './judge-files.ts';
import type { LocalFile } from './local-copy.ts';
import { findRepeats, stageNames } from './repeats.ts';
import { MACHINE_TYPE } from './row-checks.ts';
import { type StageOptions, stageCsv } from './stage-csv.ts';
import { stageParquet } from './stage-parquet.ts';
import type { StagedFile } from './staged-file.ts';

/** A table's incoming rows, checked and compared with the lake's; the engine holds them under {@link stageNames}. */
export interface StagedTable {
  readonly table: RawTable;
  readonly files: readonly JudgedFile[];
  readonly rowsIn: number;
  /** Incoming rows whose key is new: what the table grows by. */
  readonly kept: number;
  /** Whether the engine has the table of repeats, and any in it. */
  readonly repeats: boolean;
}

/**
 * Reads, checks and merges a table's files in the engine; writes nothing. Except for machines,
 * {@link defineMachines} comes first.
 * @throws UserError on a file that cannot be read, `no-rows` for machines or telemetry without any.
 */
export async function stageTable(
  engine: TableEngine,
  files: readonly LocalFile[],
  lake: Lake | undefined,
  options: StageOptions & { table: RawTable },
): Promise<StagedTable> {
  const { table } = options;
  const names = stageNames(table);
  const staged: StagedFile[] = [];
  for (const [i, file] of files.entries()) {
    const stage = file.format === 'csv' ? stageCsv : stageParquet;
    staged.push(await stage(engine, file, names.stage(i), options));
  }
  const parts = staged.map(
    ({ stage }, i) => `SELECT *, CAST(${i} AS INTEGER) AS file, rowid AS place FROM ${identifier(stage)}`,
  );
  await engine.defineQuery(names.rows, parts.join(' UNION ALL '));
  await defineGoodRows(engine, table, lake);
  const repeats = await findRepeats(engine, table);
  const judged = await judgeFiles(engine, table, staged, { repeats });
  const [good] = await engine.query(`SELECT count(*) AS n FROM ${names.rows} WHERE fault = 0`);
  const [again] = await engine.query(`SELECT count(*) AS n FROM ${names.repeats}`);
  const rowsIn = judged.reduce((total, file) => total + file.rowsIn, 0);
  if (rowsIn === 0 && ['machines', 'telemetry'].includes(table)) throw noRows(table, files);
  return { table, files: judged, rowsIn, kept: Number(good!.n) - Number(again!.n), repeats };
}

async function defineGoodRows(engine: TableEngine, table: RawTable, lake: Lake | undefined): Promise<void> {
  const names = stageNames(table);
  const columns = DICTIONARY[table].columns.map(({ name }) => identifier(name));
  const incoming = `SELECT ${columns.join(', ')}, file, place FROM ${names.rows} WHERE fault = 0`;
  const stored = lake?.manifest.tables[table];
  if (stored === undefined) return engine.defineQuery(names.good, incoming);
  const paths = stored.files.map((file) => join(lake!.directory, file));
  await engine.defineView(names.lake, paths);
  const cells =
    table === 'machines'
      ? columns
      : [`CAST(machine_id AS ${MACHINE_TYPE}) AS machine_id`, ...columns.slice(1)];
  const before = `SELECT ${cells.join(', ')}, CAST(-1 AS INTEGER) AS file, CAST(0 AS BIGINT) AS place FROM ${names.lake}`;
  await engine.defineQuery(names.good, `${before} UNION ALL ${incoming}`);
}

/**
 * Defines the {@link MACHINE_TYPE} from the machines of the lake (if it stays) and those staged (if they are).
 * @throws UserError `no-machines`.
 */
export async function defineMachines(
  engine: TableEngine,
  lake: Lake | undefined,
  { staged }: { staged: boolean },
): Promise<void> {
  const stored = lake?.manifest.tables.machines?.files.map((file) => literal(join(lake.directory, file)));
  const sources = [
    ...(staged ? [`SELECT machine_id FROM ${stageNames('machines').rows} WHERE fault = 0`] : []),
    ...(stored === undefined ? [] : [`SELECT machine_id FROM read_parquet([${stored.join(', ')}])`]),
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
}

const noRows = (table: RawTable, files: readonly LocalFile[]): UserError =>
  new UserError(
    'no-rows',
    `${files.map(({ name }) => name).join(', ')}: no row below the header; the table ${table} must have some.`,
    {
      next: 'Check that the export is complete.',
    },
  );

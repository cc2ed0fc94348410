import { identifier, literal, type TableEngine } from '../engine/index.ts';
import { inMonth } from '../lake/index.ts';
import { DICTIONARY, type RawTable } from '../tables.ts';
import { judgeRows, type Verdict } from './judge-rows.ts';
import type { LakeSide } from './lake-side.ts';
import { MACHINE_TYPE } from './row-checks.ts';
import { keyList, stageNames, timeColumn, valueColumns } from './stage-names.ts';

/** What becomes of a table's good rows: each is new, corrected, unchanged, outdated or rejected. */
export interface Merge {
  readonly new: number;
  /** Of the new ones: older than the newest row that the lake had of their machine. */
  readonly late: number;
  readonly corrected: number;
  readonly unchanged: number;
  readonly outdated: number;
  /** Values for the lake's record of those that do not stand. */
  readonly replaced: number;
  /** Whether the engine has verdicts, and any in it. */
  readonly judged: boolean;
}

/** Judges a table's good rows against the lake's and each other. */
export async function mergeRows(engine: TableEngine, table: RawTable, lake: LakeSide): Promise<Merge> {
  const names = stageNames(table);
  const judged = await judgeRows(engine, table, lake);
  const verdicts = await engine.query(
    `SELECT verdict, count(*) AS n FROM ${names.verdicts} GROUP BY verdict`,
  );
  const count = (verdict: Verdict) => Number(verdicts.find((row) => row.verdict === verdict)?.n ?? 0);
  const all = verdicts.reduce((total, { n }) => total + Number(n), 0);
  const [good] = await engine.query(`SELECT count(*) AS n FROM ${names.good}`);
  return {
    new: Number(good!.n) - all,
    late: lake.newest ? await countLate(engine, table) : 0,
    corrected: count('corrected'),
    unchanged: count('unchanged'),
    outdated: count('outdated'),
    replaced: count('corrected') + count('outvoted'),
    judged,
  };
}

async function countLate(engine: TableEngine, table: RawTable): Promise<number> {
  const names = stageNames(table);
  const time = identifier(timeColumn(table)!);
  const [late] = await engine.query(
    `SELECT count(*) AS n FROM ${names.good} good ANTI JOIN ${names.verdicts} USING (file, place)
     JOIN ${names.lakeNewest} USING (machine_id)
     WHERE good.${time} < newest`,
  );
  return Number(late!.n);
}

/** The rows that are new to the lake, or take the place of one of its rows. */
export function takenRows(table: RawTable, { judged }: Merge): string {
  const names = stageNames(table);
  const columns = DICTIONARY[table].columns.map(({ name }) => identifier(name)).join(', ');
  const dropped = `ANTI JOIN (SELECT * FROM ${names.verdicts} WHERE verdict <> 'corrected') USING (file, place)`;
  return `SELECT ${columns} FROM ${names.good} ${judged ? dropped : ''}`;
}

/** The rows to be kept, the lake's among them, in the order of the key; of a month, `YYYY-MM`, or all. */
export function keptRows(table: RawTable, lake: LakeSide, merge: Merge, month?: string): string {
  const names = stageNames(table);
  const columns = DICTIONARY[table].columns.map(({ name }) => identifier(name)).join(', ');
  const { corrected } = merge;
  const taken = takenRows(table, merge);
  const stay = `SELECT ${columns} FROM ${names.lake} ${corrected === 0 ? '' : `ANTI JOIN (${correctedRows(table)}) USING (${keyList(table)})`}`;
  const rows = lake.rows ? `${stay} UNION ALL ${taken}` : taken;
  return `SELECT ${storedCells(table)} FROM (${rows}) kept
    WHERE ${month === undefined ? 'true' : inMonth(`kept.${identifier(timeColumn(table)!)}`, month)} ORDER BY ${keyOrder(table)}`;
}

/** The lake's record of values that do not stand, after the commit of this number. */
export function replacedRows(table: RawTable, lake: LakeSide, commitNumber: number): string {
  const names = stageNames(table);
  const cells = (alias: string) =>
    DICTIONARY[table].columns.map(({ name }) => `${alias}.${identifier(name)}`).join(', ');
  const replaced = `SELECT ${cells('lake')}, 'corrected' AS fate, source FROM ${names.lake} lake
    JOIN (${correctedRows(table)}) USING (${keyList(table)}) JOIN ${names.files} USING (file)`;
  const outvoted = `SELECT ${cells('good')}, 'rejected' AS fate, source FROM ${names.good} good
    JOIN ${names.verdicts} USING (file, place) JOIN ${names.files} USING (file) WHERE verdict = 'outvoted'`;
  const added = `SELECT *, CAST(${commitNumber} AS INTEGER) AS commit_number
    FROM (${lake.rows ? `${replaced} UNION ALL ` : ''}${outvoted})`;
  const known = lake.replaced ? `SELECT * FROM ${names.lakeReplaced} UNION ALL ` : '';
  return `SELECT ${storedCells(table)}, fate, source, commit_number FROM (${known}${added}) kept
    ORDER BY ${keyOrder(table)}, commit_number, source, ${valueColumns(table).map(identifier).join(', ')}`;
}

/** Key and file of the rows that take the place of one of the lake. */
function correctedRows(table: RawTable): string {
  const names = stageNames(table);
  return `SELECT ${keyList(table)}, file FROM ${names.good} JOIN ${names.verdicts} USING (file, place) WHERE verdict = 'corrected'`;
}

/** The columns of a table as the lake stores them, of an alias `kept`. */
const storedCells = (table: RawTable): string =>
  DICTIONARY[table].columns
    .map(({ name }) =>
      name === 'machine_id' ? 'CAST(kept.machine_id AS VARCHAR) AS machine_id' : `kept.${identifier(name)}`,
    )
    .join(', ');

const keyOrder = (table: RawTable): string =>
  DICTIONARY[table].key
    .map((name) =>
      name === 'machine_id' ? `CAST(kept.machine_id AS ${MACHINE_TYPE})` : `kept.${identifier(name)}`,
    )
    .join(', ');

/** A select of the files that an ingest reads, by their index. */
export const fileRows = (files: readonly { source: string; since: number | null }[]): string =>
  `SELECT * FROM (VALUES ${files
    .map(({ source, since }, i) => `(${i}, ${literal(source)}, CAST(${since ?? 'NULL'} AS INTEGER))`)
    .join(', ')}) AS files (file, source, since)`;

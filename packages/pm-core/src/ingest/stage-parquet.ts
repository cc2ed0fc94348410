import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parquetRows } from '../engine/duckdb/read-files.ts';
import { identifier, type TableEngine } from '../engine/index.ts';
import { UserError } from '../errors.ts';
import { DICTIONARY, type RawTable, SOURCE_FILES } from '../tables.ts';
import { readingOf } from './cells.ts';
import { checkColumns } from './csv-header.ts';
import { ignoredColumns } from './ignored-columns.ts';
import type { LocalFile } from './local-copy.ts';
import { checkedRows } from './row-checks.ts';
import { rawText, type StagedFile } from './staged-file.ts';

/**
 * Reads and checks a Parquet file into the engine's table `stage`.
 * @throws UserError `damaged-file`, `missing-column`, `wrong-column-type`.
 */
export async function stageParquet(engine: TableEngine, file: LocalFile, stage: string): Promise<StagedFile> {
  const { table, name, path } = file;
  if (!looksWhole(path)) throw damaged(name, 'it does not begin and end as one (PAR1)');
  const columns = SOURCE_FILES[table].columns;
  try {
    const schema = await engine.query(`DESCRIBE SELECT * FROM (${parquetRows(path)})`);
    const types = new Map(schema.map((row) => [String(row.column_name), String(row.column_type)]));
    checkColumns(name, [...types.keys()], columns);
    checkTypes(name, table, types);
    const rows = parquetRows(path, columns);
    const { select, reasons } = checkedRows(table, rows, (column) => types.get(column)!);
    await engine.defineQuery(stage, select, { materialized: true });
    const [counted] = await engine.query(`SELECT count(*) AS n FROM ${identifier(stage)}`);
    return {
      file,
      stage,
      stagedRows: Number(counted!.n),
      reasons,
      misshapen: new Map(),
      notes: ignoredColumns(name, [...types.keys()], columns),
      find: async (places) => ({ rows: await findRows(engine, path, columns, places), misshapen: [] }),
    };
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw damaged(name, (cause as Error).message.split('\n')[0]!, cause);
  }
}

function checkTypes(name: string, table: RawTable, types: ReadonlyMap<string, string>): void {
  DICTIONARY[table].columns.forEach((target, i) => {
    const source = SOURCE_FILES[table].columns[i]!;
    const type = types.get(source)!;
    if (readingOf(type, target.type) !== undefined) return;
    throw new UserError(
      'wrong-column-type',
      `${name}: the column ${source} is ${type}; a ${target.type} is expected.`,
      { next: 'Write it as text, an id also as an integer, an instant also as a timestamp.' },
    );
  });
}

async function findRows(
  engine: TableEngine,
  path: string,
  columns: readonly string[],
  places: readonly number[],
) {
  if (places.length === 0) return [];
  const cells = columns.map((column) => `coalesce(CAST(${identifier(column)} AS VARCHAR), '')`);
  const rows = await engine.query(
    `SELECT file_row_number AS place, concat_ws(',', ${cells.join(', ')}) AS raw
     FROM (${parquetRows(path, ['file_row_number', ...columns])})
     WHERE file_row_number IN (${places.join(', ')}) ORDER BY place`,
  );
  return rows.map((row) => ({ line: Number(row.place) + 1, raw: rawText(String(row.raw)) }));
}

const MAGIC = 'PAR1';

function looksWhole(path: string): boolean {
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const magicAt = (position: number) => {
      const bytes = Buffer.alloc(MAGIC.length);
      readSync(descriptor, bytes, { position });
      return bytes.toString('latin1') === MAGIC;
    };
    return size > 2 * MAGIC.length && magicAt(0) && magicAt(size - MAGIC.length);
  } finally {
    closeSync(descriptor);
  }
}

const damaged = (name: string, why: string, cause?: unknown): UserError =>
  new UserError('damaged-file', `${name} cannot be read as Parquet: ${why}.`, {
    next: 'Write or fetch the file again.',
    cause,
  });

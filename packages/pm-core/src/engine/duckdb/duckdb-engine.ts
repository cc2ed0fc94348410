import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { identifier, literal } from '../sql.ts';
import type { Row, TableEngine } from '../table-engine.ts';
import { appendColumns } from './append-columns.ts';
import { readCell } from './read-cell.ts';
import { readBatches, readColumns } from './read-columns.ts';
import { parquetFilesRows } from './read-files.ts';

export interface DuckDbOptions {
  threads?: number;
  /** Beyond this DuckDB spills to `spillDirectory`. */
  memoryLimitMiB?: number;
  spillDirectory?: string;
}

/** An engine over an in-process DuckDB. Not for concurrent use: one statement at a time (one connection segfaults under two). */
export async function openDuckDb(
  options: DuckDbOptions = {},
): Promise<TableEngine & { connection: DuckDBConnection }> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads ?? 2),
    memory_limit: `${options.memoryLimitMiB ?? 1536}MiB`,
    ...(options.spillDirectory === undefined ? {} : { temp_directory: options.spillDirectory }),
  });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run('SET preserve_insertion_order = true');

  return {
    connection,
    async defineView(name, parquetFiles) {
      await connection.run(`CREATE OR REPLACE VIEW ${identifier(name)} AS ${parquetFilesRows(parquetFiles)}`);
    },
    async defineQuery(name, select, { materialized = false } = {}) {
      const kind = materialized ? 'TEMP TABLE' : 'VIEW';
      await connection.run(`CREATE OR REPLACE ${kind} ${identifier(name)} AS ${select}`);
    },
    defineColumns: (name, columns) => appendColumns(connection, name, columns),
    async query(sql) {
      const reader = await connection.runAndReadAll(sql);
      const names = reader.columnNames();
      return reader
        .getRows()
        .map((cells): Row => Object.fromEntries(cells.map((cell, i) => [names[i], readCell(cell)])));
    },
    columns: (select, kinds) => readColumns(connection, select, kinds),
    batches: (select, kinds) => readBatches(connection, select, kinds),
    async writeParquet(select, path) {
      const result = await connection.run(
        `COPY (${select}) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd)`,
      );
      return result.rowsChanged;
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

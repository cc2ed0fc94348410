import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { identifier, literal } from '../sql.ts';
import type { ColumnArrays, ColumnKind, Columns, Row, TableEngine } from '../table-engine.ts';
import { appendColumns } from './append-columns.ts';
import { readCell } from './read-cell.ts';

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
      const files = parquetFiles.map(literal).join(', ');
      await connection.run(
        `CREATE OR REPLACE VIEW ${identifier(name)} AS SELECT * FROM read_parquet([${files}])`,
      );
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

async function readColumns<const Kinds extends Record<string, ColumnKind>>(
  connection: DuckDBConnection,
  select: string,
  kinds: Kinds,
): Promise<Columns<Kinds>> {
  const names = Object.keys(kinds);
  const wanted = names.map((name) => columnSql(name, kinds[name]!)).join(', ');
  const result = await connection.run(`SELECT ${wanted} FROM (${select})`);
  const rowCount = result.rowCount;
  const arrays = names.map((name) => allocate(kinds[name]!, rowCount));
  let offset = 0;
  for (let c = 0; c < result.chunkCount; c++) {
    const chunk = result.getChunk(c);
    arrays.forEach((array, i) => {
      const vector = chunk.getColumnVector(i);
      const missing = Array.isArray(array) ? '' : Number.NaN;
      for (let r = 0; r < chunk.rowCount; r++) array[offset + r] = (vector.getItem(r) as never) ?? missing;
    });
    offset += chunk.rowCount;
  }
  const columns = Object.fromEntries(names.map((name, i) => [name, arrays[i]]));
  return { rowCount, columns: columns as Columns<Kinds>['columns'] };
}

function columnSql(name: string, kind: ColumnKind): string {
  const quoted = identifier(name);
  if (kind === 'string') return `CAST(${quoted} AS VARCHAR)`;
  if (kind === 'int32') return `CAST(${quoted} AS INTEGER)`;
  if (kind === 'timestamp') return `CAST(epoch_us(${quoted}) AS DOUBLE) / 1000`;
  return `CAST(${quoted} AS DOUBLE)`;
}

function allocate(kind: ColumnKind, length: number): ColumnArrays[ColumnKind] {
  if (kind === 'string') return new Array<string>(length);
  if (kind === 'int32') return new Int32Array(length);
  if (kind === 'float32') return new Float32Array(new SharedArrayBuffer(4 * length));
  return new Float64Array(length);
}

import { DOUBLE, type DuckDBConnection, DuckDBDataChunk, VARCHAR } from '@duckdb/node-api';
import type { Column } from '../../tables.ts';
import { identifier } from '../sql.ts';
import type { ColumnValues } from '../table-engine.ts';

const CHUNK_ROWS = 2048;

/** Appends columns of equal length to a new temporary table `name`, in their order; see `TableEngine.defineColumns`. */
export async function appendColumns(
  connection: DuckDBConnection,
  name: string,
  columns: readonly (Pick<Column, 'name' | 'type'> & { readonly values: ColumnValues })[],
): Promise<void> {
  const staged = `${name}__staged`;
  const storage = columns.map(
    (column) => `${identifier(column.name)} ${column.type === 'string' ? 'VARCHAR' : 'DOUBLE'}`,
  );
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${identifier(staged)} (${storage.join(', ')})`);
  const appender = await connection.createAppender(staged);
  const rowCount = columns[0]?.values.length ?? 0;
  for (let offset = 0; offset < rowCount; offset += CHUNK_ROWS) {
    const rows = Math.min(CHUNK_ROWS, rowCount - offset);
    const chunk = DuckDBDataChunk.create(
      columns.map((column) => (column.type === 'string' ? VARCHAR : DOUBLE)),
      rows,
    );
    columns.forEach(({ values }, c) => {
      const vector = chunk.getColumnVector(c);
      for (let r = 0; r < rows; r++) vector.setItem(r, nullable(values[offset + r]));
      vector.flush();
    });
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
  const typed = columns.map((column) => `${typedColumn(column)} AS ${identifier(column.name)}`);
  await connection.run(
    `CREATE OR REPLACE VIEW ${identifier(name)} AS SELECT ${typed.join(', ')} FROM ${identifier(staged)}`,
  );
}

const nullable = (value: string | number | undefined) =>
  value === undefined || Number.isNaN(value) ? null : value;

function typedColumn({ name, type }: Pick<Column, 'name' | 'type'>): string {
  if (type === 'int') return `CAST(${identifier(name)} AS INTEGER)`;
  if (type === 'timestamp') return `make_timestamp(CAST(${identifier(name)} * 1000 AS BIGINT))`;
  return identifier(name);
}

import type { DuckDBConnection, DuckDBDataChunk, DuckDBVector } from '@duckdb/node-api';
import { identifier } from '../sql.ts';
import type { ColumnArrays, ColumnKind, Columns } from '../table-engine.ts';

/** See `TableEngine.columns`. */
export async function readColumns<const Kinds extends Record<string, ColumnKind>>(
  connection: DuckDBConnection,
  select: string,
  kinds: Kinds,
): Promise<Columns<Kinds>> {
  const result = await connection.run(selectOf(select, kinds));
  const read = columnReader(kinds, result.rowCount);
  for (let c = 0; c < result.chunkCount; c++) read.append(result.getChunk(c));
  return read.columns();
}

/** See `TableEngine.batches`. */
export async function* readBatches<const Kinds extends Record<string, ColumnKind>>(
  connection: DuckDBConnection,
  select: string,
  kinds: Kinds,
): AsyncGenerator<Columns<Kinds>> {
  const result = await connection.stream(selectOf(select, kinds));
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    const read = columnReader(kinds, chunk.rowCount);
    read.append(chunk);
    yield read.columns();
  }
}

function columnReader<const Kinds extends Record<string, ColumnKind>>(kinds: Kinds, rowCount: number) {
  const names = Object.keys(kinds);
  const arrays = names.map((name) => allocate(kinds[name]!, rowCount));
  let offset = 0;
  return {
    append(chunk: DuckDBDataChunk) {
      const rows = chunk.rowCount;
      arrays.forEach((array, i) => {
        const vector = chunk.getColumnVector(i);
        if (array instanceof Float32Array) {
          copyFloats(vector, array.subarray(offset, offset + rows));
          return;
        }
        const missing = Array.isArray(array) ? '' : Number.NaN;
        for (let r = 0; r < rows; r++) array[offset + r] = (vector.getItem(r) as never) ?? missing;
      });
      offset += rows;
    },
    columns(): Columns<Kinds> {
      const columns = Object.fromEntries(names.map((name, i) => [name, arrays[i]]));
      return { rowCount, columns: columns as Columns<Kinds>['columns'] };
    },
  };
}

/** The wide kind of a feature table has a loop of its own, which is compiled for one kind of array. */
function copyFloats(vector: DuckDBVector, into: Float32Array): void {
  for (let r = 0; r < into.length; r++) into[r] = (vector.getItem(r) as number | null) ?? Number.NaN;
}

const selectOf = (select: string, kinds: Record<string, ColumnKind>): string =>
  `SELECT ${Object.entries(kinds)
    .map(([name, kind]) => columnSql(name, kind))
    .join(', ')} FROM (${select})`;

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

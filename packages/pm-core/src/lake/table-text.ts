import { type ColumnKind, type Columns, identifier, type TableEngine } from '../engine/index.ts';
import type { Column, Table } from '../tables.ts';
import { keyOrder } from './key-order.ts';

/**
 * A table as text, piece by piece, in the order of its key. A timestamp is `YYYY-MM-DDTHH:MM:SS`, with a fraction only
 * if it has one; a double is in the shortest form that reads back the same, as JavaScript prints it. CSV: a header,
 * LF line ends, quotes only where a cell needs them, null as an empty cell. JSON: one array, an object a line, null.
 */
export async function* tableText(
  engine: TableEngine,
  table: Table,
  format: 'csv' | 'json',
): AsyncGenerator<string> {
  const { head, row, between, tail } = format === 'csv' ? csv(table.columns) : json(table.columns);
  yield head;
  let isFirst = true;
  for await (const batch of textColumns(engine, table)) {
    const rows: string[] = [];
    for (let r = 0; r < batch.rowCount; r++) rows.push(row(batch.columns, r));
    yield (isFirst ? '' : between) + rows.join(between);
    isFirst = false;
  }
  yield isFirst ? tail.trimStart() : tail;
}

type Cells = Columns<Record<string, ColumnKind>>['columns'];

interface Layout {
  head: string;
  row: (columns: Cells, r: number) => string;
  between: string;
  tail: string;
}

const csv = (columns: readonly Column[]): Layout => ({
  head: `${columns.map(({ name }) => csvCell(name)).join(',')}\n`,
  row: (cells, r) => columns.map(({ name }) => csvCell(cells[name]![r]!)).join(','),
  between: '\n',
  tail: '\n',
});

const json = (columns: readonly Column[]): Layout => ({
  head: '[',
  row: (cells, r) =>
    `{${columns.map(({ name }) => `${JSON.stringify(name)}:${jsonCell(cells[name]![r]!)}`).join(',')}}`,
  between: ',\n',
  tail: '\n]\n',
});

function csvCell(cell: string | number): string {
  if (typeof cell === 'number') return Number.isNaN(cell) ? '' : String(cell);
  return /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

const jsonCell = (cell: string | number): string =>
  cell === '' || Number.isNaN(cell) ? 'null' : JSON.stringify(cell);

function textColumns(engine: TableEngine, table: Table): AsyncIterable<Columns<Record<string, ColumnKind>>> {
  const isText = ({ type }: Column) => type === 'string' || type === 'timestamp';
  const cells = table.columns.map((column) => {
    const name = identifier(column.name);
    return column.type === 'timestamp'
      ? `replace(CAST(source.${name} AS VARCHAR), ' ', 'T') AS ${name}`
      : name;
  });
  // Ordered before timestamps become text: the names in ORDER BY would else be those of the output.
  const sorted = `SELECT * FROM ${identifier(table.name)} ORDER BY ${keyOrder(table)}`;
  const kinds = Object.fromEntries(
    table.columns.map((column) => [column.name, isText(column) ? 'string' : ('float64' as ColumnKind)]),
  ) as Record<string, ColumnKind>;
  return engine.batches(`SELECT ${cells.join(', ')} FROM (${sorted}) source`, kinds);
}

/** How a column of a text table is headed and aligned. */
export interface TextColumn<Row> {
  readonly heading: string;
  readonly align?: 'left' | 'right';
  cell(row: Row): string;
}

/** Rows as aligned plain text with a heading line; an empty list gives the heading alone. */
export function formatTable<Row>(rows: readonly Row[], columns: readonly TextColumn<Row>[]): string {
  const cells = [
    columns.map((column) => column.heading),
    ...rows.map((row) => columns.map((column) => column.cell(row))),
  ];
  const widths = columns.map((_, c) => Math.max(...cells.map((line) => line[c]!.length)));
  const render = (line: readonly string[]) =>
    line
      .map((cell, c) => (columns[c]!.align === 'right' ? cell.padStart(widths[c]!) : cell.padEnd(widths[c]!)))
      .join('  ')
      .trimEnd();
  const [heading, ...body] = cells.map(render);
  return [heading, widths.map((width) => '─'.repeat(width)).join('  '), ...body].join('\n');
}

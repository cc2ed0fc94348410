import { textTable } from 'pm-core/metrics';

/** How a column of a text table is headed and aligned. */
export interface TextColumn<Row> {
  readonly heading: string;
  readonly align?: 'left' | 'right';
  cell(row: Row): string;
}

/** Rows as aligned plain text with a ruled heading; an empty list gives the heading alone. */
export function formatTable<Row>(rows: readonly Row[], columns: readonly TextColumn<Row>[]): string {
  const headings = columns.map(({ heading }) => heading);
  const cells = rows.map((row) => columns.map((column) => column.cell(row)));
  const rule = headings.map((heading, c) =>
    '─'.repeat(Math.max(heading.length, ...cells.map((line) => line[c]!.length))),
  );
  return textTable([headings, rule, ...cells], (c) => columns[c]!.align === 'right');
}

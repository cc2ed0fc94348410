/**
 * Rows of cells as lines of aligned columns for a terminal, two spaces between. Short rows end early.
 * @param isRight which columns end under each other; all but the first if not given.
 */
export function textTable(
  rows: readonly (readonly string[])[],
  isRight: (column: number) => boolean = (column) => column > 0,
): string {
  const columnCount = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columnCount }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row.map((cell, column) =>
      isRight(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
    );
  return rows.map((row) => line(row).join('  ').trimEnd()).join('\n');
}

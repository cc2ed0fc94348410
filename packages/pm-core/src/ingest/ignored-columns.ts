/** A note that names the columns of a file which no table has; none if there are none. */
export function ignoredColumns(name: string, found: readonly string[], known: readonly string[]): string[] {
  const ignored = found.filter((column) => !known.includes(column));
  return ignored.length === 0 ? [] : [`${name}: ignored the columns ${ignored.join(', ')}`];
}

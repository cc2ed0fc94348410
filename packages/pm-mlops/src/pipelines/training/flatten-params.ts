/** A setting's values as params: `PREFIX.key`. */
export function flattenParams(prefix: string, value: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      `${prefix}.${key}`,
      Array.isArray(entry)
        ? entry.join(',')
        : typeof entry === 'object'
          ? JSON.stringify(entry)
          : String(entry),
    ]),
  );
}

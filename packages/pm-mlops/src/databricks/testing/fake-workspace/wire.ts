import { refuse } from './refuse.ts';

/** A parsed body or query: what came, unchecked. */
export type Fields = Readonly<Record<string, unknown>>;

/** JSON as the service writes it: a bigint is a number of as many digits as it has. */
export const toWire = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'bigint' ? (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(`${one}`) : one,
  );

/** A required text. */
export function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  return refuse(400, 'INVALID_PARAMETER_VALUE', `Missing required field: ${name}`);
}

/** A required int64, from a number or from digits. */
export function idIn(fields: Fields, name: string): bigint {
  const text = `${fields[name] ?? ''}`;
  if (/^\d+$/.test(text)) return BigInt(text);
  return refuse(400, 'INVALID_PARAMETER_VALUE', `Missing required field: ${name}`);
}

/** One page of a listing; a token is the position at which the next page starts. */
export function pageOf<Item>(
  items: readonly Item[],
  query: Fields,
  pageSize: number,
): { items: readonly Item[]; next: { next_page_token?: string } } {
  const start = Number(query.page_token ?? 0);
  const size = Math.min(pageSize, Number(query.limit ?? query.page_size ?? pageSize) || pageSize);
  const end = start + size;
  return {
    items: items.slice(start, end),
    next: end < items.length ? { next_page_token: `${end}` } : {},
  };
}

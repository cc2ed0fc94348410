/** Supported by every Node that this package runs on; TypeScript's library does not declare it yet. */
export const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** JSON in which a bigint stands with all its digits. */
export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // a bigint is in it: rare, so the fast way is tried first
    return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? rawJSON(`${inner}`) : inner));
  }
}

/** A list as protobuf's JSON shows it: an empty one is left out. */
export const listed = <Item>(items: readonly Item[] | undefined): readonly Item[] | undefined =>
  items === undefined || items.length === 0 ? undefined : items;

/** A column's value as protobuf's JSON shows it: null is left out. */
export const shown = <Value>(value: Value | null): Value | undefined => value ?? undefined;

/**
 * An int64 id for the body of a request: its digits as a JSON number, exact beyond 2^53 too.
 * Its type says what the specification says; it is good for JSON.stringify only.
 */
export function int64(id: string): string {
  return (JSON as unknown as { rawJSON(text: string): string }).rawJSON(id);
}

/** An id of an answer as a string; '' where there is none. */
export const idOf = (id: string | number | undefined): string => (id === undefined ? '' : `${id}`);

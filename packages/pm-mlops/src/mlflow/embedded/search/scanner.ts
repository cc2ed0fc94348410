/** Reads a text from left to right, skipping white space. */
export interface Scanner {
  /** What a sticky pattern matches here, and goes past it; undefined where it does not match. */
  take(pattern: RegExp): string | undefined;
  atEnd(): boolean;
  /** What is left to read. */
  rest(): string;
}

/** `metrics.accuracy` is the key accuracy of the entity metrics; `name` alone has no entity. */
export interface Identifier {
  readonly entity: string | undefined;
  readonly key: string;
}

const part = /[\p{L}\p{N}_$]+|`[^`]*`|"[^"]*"/uy;
const dot = /\./y;

export function createScanner(text: string): Scanner {
  let at = 0;
  const skipSpace = () => {
    while (at < text.length && /\s/.test(text[at]!)) at++;
  };
  return {
    take(pattern) {
      skipSpace();
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (match === null) return undefined;
      at = pattern.lastIndex;
      return match[0];
    },
    atEnd() {
      skipSpace();
      return at === text.length;
    },
    rest: () => text.slice(at),
  };
}

/** The name that stands here: its parts may be quoted, and an unquoted key may hold dots itself. */
export function identifier(scanner: Scanner): Identifier | undefined {
  const first = scanner.take(part);
  if (first === undefined) return undefined;
  const keys: string[] = [];
  while (scanner.take(dot) !== undefined) {
    const next = scanner.take(part);
    if (next === undefined) return undefined;
    keys.push(unquoted(next));
  }
  if (keys.length === 0) return { entity: undefined, key: unquoted(first) };
  return { entity: unquoted(first), key: keys.join('.') };
}

const unquoted = (text: string): string => (/^[`"]/.test(text) ? text.slice(1, -1) : text);

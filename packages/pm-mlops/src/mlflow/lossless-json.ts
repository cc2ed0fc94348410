/** What a double cannot hold needs 16 digits or more, none of them behind a point. */
const longInteger = /(?<![.\d])\d{16}/;

/**
 * Parses JSON; an integer beyond ±2^53 becomes a string of its digits, not the nearest double.
 * A number written with a point or an exponent is a double and stays one.
 */
export function parseLossless(json: string): unknown {
  return longInteger.test(json)
    ? JSON.parse(json, keepDigits as (key: string, value: unknown) => unknown)
    : JSON.parse(json);
}

function keepDigits(_key: string, value: unknown, { source }: { source?: string }): unknown {
  const isRounded = typeof value === 'number' && !Number.isSafeInteger(value);
  return isRounded && source !== undefined && /^-?\d+$/.test(source) ? source : value;
}

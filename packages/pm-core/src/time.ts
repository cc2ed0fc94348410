const TIMESTAMP =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * A date or time that a person typed as UTC `YYYY-MM-DDTHH:MM:SS` (fractions cut, offsets and Z converted);
 * undefined if it is none. Parsed by hand: `new Date` reads a bare time as local time.
 */
export function parseTimestamp(text: string): string | undefined {
  const match = TIMESTAMP.exec(text.trim());
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(local);
  const exists =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!exists) return undefined;
  return formatTimestamp(local - offsetMinutes(match[7]) * 60_000);
}

function offsetMinutes(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith('-') ? -minutes : minutes;
}

/** Milliseconds since 1970 UTC as `YYYY-MM-DDTHH:MM:SS`. */
export const formatTimestamp = (ms: number): string => new Date(ms).toISOString().slice(0, 19);

/** `YYYY-MM-DDTHH:MM:SS` (UTC) as milliseconds since 1970. */
export const timestampMs = (timestamp: string): number => Date.parse(`${timestamp}Z`);

/** A space that does not break. */
const NARROW = '\u202f';

/** 0.1234 → 12 %; 0.996 → 99.6 %, so that only all is 100 % and only none 0 %. A dash for what does not exist. */
export function percent(share: number | null): string {
  if (share === null) return '–';
  if (share > 0 && share < 0.0005) return `<${NARROW}0.1${NARROW}%`;
  const digits = (share > 0 && share < 0.01) || (share > 0.99 && share < 1) ? 1 : 0;
  return `${Math.min(share * 100, share < 1 ? 99.9 : 100).toFixed(digits)}${NARROW}%`;
}

export const figure = (value: number | null, digits = 3): string =>
  value === null ? '–' : value.toFixed(digits);

export { countText as count } from 'pm-core';

/** A time span for people: 168 → 7 days, 36 → 36 hours. */
export const duration = (hours: number): string =>
  hours >= 48 && hours % 24 === 0 ? `${hours / 24}\u00a0days` : `${hours}\u00a0hours`;

/** `2015-08-31T18:00:00` → 2015-08-31 18:00. */
export const instant = (timestamp: string): string => timestamp.slice(0, 16).replace('T', ' ');

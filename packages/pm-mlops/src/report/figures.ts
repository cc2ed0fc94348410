/** 0.1234 → 12 %; 0.996 → 99.6 %, so that nothing but all is 100 %. A dash for what does not exist. */
export function percent(share: number | null): string {
  if (share === null) return '–';
  const digits = (share > 0 && share < 0.01) || (share > 0.99 && share < 1) ? 1 : 0;
  return `${(share * 100).toFixed(digits)} %`;
}

export const figure = (value: number | null, digits = 3): string =>
  value === null ? '–' : value.toFixed(digits);

export const count = (value: number): string => value.toLocaleString('en-US');

/** A time span for people: 168 → 7 days, 36 → 36 hours. */
export const duration = (hours: number): string =>
  hours >= 48 && hours % 24 === 0 ? `${hours / 24} days` : `${hours} hours`;

/** `2015-08-31T18:00:00` → 2015-08-31 18:00. */
export const instant = (timestamp: string): string => timestamp.slice(0, 16).replace('T', ' ');

import { countText } from 'pm-core';
/** A number of any size in few letters; a dash for what does not exist. */
export function short(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return countText(value);
  return Math.abs(value) >= 1000 ? countText(Math.round(value)) : String(Number(value.toPrecision(3)));
}

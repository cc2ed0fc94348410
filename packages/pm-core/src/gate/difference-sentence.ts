import { countText } from '../count-text.ts';
import type { PairedDifference } from './paired-bootstrap.ts';

/** With its sign, also of 0 and above: +0.02, −0.30. */
export const signed = (value: number, digits: number): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;

/** A difference and how sure it is, for people. What was drawn are machines; rows where each row stands for itself. */
export function differenceSentence(
  found: PairedDifference & { readonly rows?: number; readonly digits: number },
): string {
  const { difference, low, high, draws, groups, rows, digits } = found;
  const drawn = groups === rows ? 'rows' : 'machines';
  return `difference ${signed(difference, digits)}; ${signed(low, digits)} to ${signed(high, digits)} in ${countText(draws)} draws of ${countText(groups)} ${drawn}`;
}

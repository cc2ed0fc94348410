/** One of the seven fields of an expression. */
export interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Words for min, min + 1 … */
  readonly words?: readonly string[];
  /** Forms that only this field has. */
  readonly special?: RegExp;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** Sunday is 1, unlike in Unix cron. */
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

export const FIELDS: readonly Field[] = [
  { name: 'seconds', min: 0, max: 59 },
  { name: 'minutes', min: 0, max: 59 },
  { name: 'hours', min: 0, max: 23 },
  {
    name: 'day of month',
    min: 1,
    max: 31,
    special: /^(\?|L(-([0-9]|[12][0-9]|30))?W?|([1-9]|[12][0-9]|3[01])W)$/,
  },
  { name: 'month', min: 1, max: 12, words: MONTHS },
  { name: 'day of week', min: 1, max: 7, words: WEEKDAYS, special: /^(\?|L|([1-7]|[A-Z]{3})(L|#[1-5]))$/ },
  { name: 'year', min: 1970, max: 2099 },
];

/**
 * What is wrong with a Quartz cron expression, undefined if nothing: six or seven fields, each within its range, and `?`
 * in exactly one of the two day fields. Written here because cron packages speak Unix cron: five fields, no `?`, Sunday 0.
 */
export function quartzFault(expression: string): string | undefined {
  const parts = expression.trim().split(/\s+/);
  if (parts.length < 6 || parts.length > 7) {
    return `has ${parts.length} fields; Quartz wants seconds, minutes, hours, day of month, month, day of week and perhaps a year`;
  }
  for (const [index, part] of parts.entries()) {
    const field = FIELDS[index]!;
    const items = part.toUpperCase().split(',');
    const fault = items.find((item) => !isItem(item, field));
    if (fault !== undefined) return `'${fault}' is no ${field.name} (${rangeText(field)})`;
    const lone = items.find((item) => field.special?.test(item));
    if (lone !== undefined && items.length > 1)
      return `has '${lone}' in a list; Quartz knows ?, L, W and # only alone in their field`;
  }
  if ((parts[3] === '?') === (parts[5] === '?')) {
    return "needs '?' in exactly one of day of month and day of week";
  }
  return undefined;
}

/** One of a field's comma-separated items: `*`, a value, a range, each perhaps with a step, or the field's own form. */
function isItem(item: string, field: Field): boolean {
  if (field.special?.test(item)) return true;
  const [base, step, more] = item.split('/');
  if (
    more !== undefined ||
    (step !== undefined && !(Number(step) >= 1 && isWithin(Number(step), 1, field.max)))
  ) {
    return false;
  }
  if (base === '*') return true;
  const [from, to, extra] = base!.split('-');
  const isValue = (text: string) => isWithin(fieldNumber(text, field), field.min, field.max);
  if (extra !== undefined || !isValue(from!)) return false;
  // A range may go over the end, such as 22-2; years have none.
  return to === undefined || (isValue(to) && (field.name !== 'year' || Number(from) <= Number(to)));
}

/** A value of a field, written as a number or a word; NaN where it is neither. */
export function fieldNumber(text: string, field: Field): number {
  const word = field.words?.indexOf(text) ?? -1;
  if (word !== -1) return field.min + word;
  return /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
}

const isWithin = (value: number, min: number, max: number): boolean =>
  Number.isInteger(value) && value >= min && value <= max;

const rangeText = ({ min, max, words }: Field): string =>
  words === undefined ? `${min}–${max}` : `${min}–${max} or ${words[0]}–${words.at(-1)}`;

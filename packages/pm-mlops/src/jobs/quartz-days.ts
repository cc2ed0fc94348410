import { FIELDS, fieldNumber } from './quartz.ts';

/** A day of the calendar, without a place: months and days count from 1. */
export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const [, , , DAYS_OF_MONTH, , DAYS_OF_WEEK] = FIELDS;

/** All values that an item of a field stands for: `*`, `5`, `2-6`, `22-2` (over the end), each perhaps with `/step`. */
export function itemValues(item: string, index: number): number[] {
  const field = FIELDS[index]!;
  const [base, step] = item.split('/') as [string, string?];
  const [first, last] = base.split('-');
  const from = base === '*' ? field.min : fieldNumber(first!, field);
  const to = last !== undefined ? fieldNumber(last, field) : base === '*' || step ? field.max : from;
  const size = field.max - field.min + 1;
  const span = to >= from ? to - from : to - from + size;
  const every = step === undefined ? 1 : Number(step);
  return Array.from(
    { length: Math.floor(span / every) + 1 },
    (_, turn) => ((from - field.min + turn * every) % size) + field.min,
  );
}

/** Whether a day fits an expression's fields for the day of the month and of the week, upper case, of which one is `?`. */
export function dayFits(date: CalendarDay, dayOfMonth: string, dayOfWeek: string): boolean {
  return dayOfMonth === '?'
    ? dayOfWeek.split(',').some((item) => weekdayFits(date, item))
    : dayOfMonth.split(',').some((item) => monthDayFits(date, item));
}

/** Sunday is 1. */
const weekdayOf = ({ year, month, day }: CalendarDay): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

const lastDayOf = ({ year, month }: CalendarDay): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

function monthDayFits(date: CalendarDay, item: string): boolean {
  const fromEnd = /^L(?:-(\d+))?(W?)$/.exec(item);
  if (fromEnd !== null) {
    const day = lastDayOf(date) - Number(fromEnd[1] ?? 0);
    return date.day === (fromEnd[2] === 'W' ? nearestWorkday({ ...date, day }) : day);
  }
  const workday = /^(\d+)W$/.exec(item);
  if (workday !== null) {
    const day = Number(workday[1]);
    return day <= lastDayOf(date) && date.day === nearestWorkday({ ...date, day });
  }
  return itemValues(item, FIELDS.indexOf(DAYS_OF_MONTH!)).includes(date.day);
}

/** Saturday goes back and Sunday forth, unless that leaves the month. */
function nearestWorkday(date: CalendarDay): number {
  const weekday = weekdayOf(date);
  if (weekday === 7) return date.day === 1 ? 3 : date.day - 1;
  if (weekday === 1) return date.day === lastDayOf(date) ? date.day - 2 : date.day + 1;
  return date.day;
}

function weekdayFits(date: CalendarDay, item: string): boolean {
  const [, name, rule] = /^(\d|[A-Z]{3})(L|#\d)$/.exec(item) ?? [];
  if (name === undefined) {
    const values = item === 'L' ? [7] : itemValues(item, FIELDS.indexOf(DAYS_OF_WEEK!));
    return values.includes(weekdayOf(date));
  }
  if (weekdayOf(date) !== fieldNumber(name, DAYS_OF_WEEK!)) return false;
  return rule === 'L' ? date.day + 7 > lastDayOf(date) : Math.ceil(date.day / 7) === Number(rule!.slice(1));
}

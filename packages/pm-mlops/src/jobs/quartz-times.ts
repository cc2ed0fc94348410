import { type CalendarDay, dayFits, itemValues } from './quartz-days.ts';

/** A time at which a schedule starts its job, or would. */
export interface FireTime {
  /** Of the clocks on the wall there: `YYYY-MM-DD HH:MM:SS`. */
  readonly local: string;
  /** The instant; null where the clocks skip that time, so that nothing starts. Where they show it twice, the first. */
  readonly at: Date | null;
  /** What the change of the clocks does to it. */
  readonly clocks?: 'skip' | 'repeat';
}

const LAST_YEAR = 2099;

/**
 * The next times of a valid Quartz expression after an instant, in order; fewer where it has no more before 2100.
 * @param timeZone an IANA name.
 */
export function nextFireTimes(expression: string, timeZone: string, after: Date, count: number): FireTime[] {
  const [seconds, minutes, hours, dayOfMonth, months, dayOfWeek, years = '*'] = expression
    .trim()
    .toUpperCase()
    .split(/\s+/);
  const valuesOf = (field: string, index: number) =>
    [...new Set(field.split(',').flatMap((item) => itemValues(item, index)))].sort((a, b) => a - b);
  const fitting = { months: valuesOf(months!, 4), years: valuesOf(years, 6) };
  const ofDay = valuesOf(hours!, 2).flatMap((hour) =>
    valuesOf(minutes!, 1).flatMap((minute) =>
      valuesOf(seconds!, 0).map((second) => (hour * 60 + minute) * 60 + second),
    ),
  );
  const clock = wallClock(timeZone);
  const found: FireTime[] = [];
  const today = Math.floor((after.getTime() + clock(after.getTime())) / DAY_MS);
  for (let day = today; found.length < count; day++) {
    const date = calendarDay(day);
    if (date.year > LAST_YEAR) break;
    if (!fitting.years.includes(date.year) || !fitting.months.includes(date.month)) continue;
    if (!dayFits(date, dayOfMonth!, dayOfWeek!)) continue;
    for (const second of ofDay) {
      const time = fireTime(day * DAY_MS + second * 1000, clock);
      const isLater = time.at === null ? day > today : time.at > after;
      if (isLater && found.length < count) found.push(time);
    }
  }
  return found;
}

const DAY_MS = 86_400_000;

function calendarDay(day: number): CalendarDay {
  const date = new Date(day * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** Milliseconds that the wall clock is ahead of UTC, at an instant. */
type WallClock = (instantMs: number) => number;

function wallClock(timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instantMs) => {
    const parts = Object.fromEntries(
      format.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]),
    );
    const { year, month, day, hour, minute, second } = parts as Record<string, number>;
    return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) - Math.floor(instantMs / 1000) * 1000;
  };
}

/** @param localMs a time on the wall, as if it were UTC. */
function fireTime(localMs: number, clock: WallClock): FireTime {
  const local = new Date(localMs).toISOString().slice(0, 19).replace('T', ' ');
  // The clocks of no place are changed twice in two days.
  const offsets = [...new Set([clock(localMs - DAY_MS), clock(localMs + DAY_MS)])];
  const instants = offsets
    .map((offset) => localMs - offset)
    .filter((instant) => instant + clock(instant) === localMs)
    .sort((a, b) => a - b);
  if (instants.length === 0) return { local, at: null, clocks: 'skip' };
  return { local, at: new Date(instants[0]!), ...(instants.length > 1 ? { clocks: 'repeat' as const } : {}) };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextFireTimes } from './quartz-times.ts';

const from = (text: string) => new Date(`${text}Z`);
const locals = (expression: string, after: string, count = 3, zone = 'UTC') =>
  nextFireTimes(expression, zone, from(after), count).map(({ local }) => local.replace(/:00$/, ''));

describe('the next times of a Quartz expression', () => {
  it.each<[string, string, string[]]>([
    ['0 0 6,18 * * ?', '2026-03-01T06:00:00', ['2026-03-01 18:00', '2026-03-02 06:00', '2026-03-02 18:00']],
    ['0 0/20 9 * * ?', '2026-03-01T09:10:00', ['2026-03-01 09:20', '2026-03-01 09:40', '2026-03-02 09:00']],
    ['0 0 3 ? * SUN', '2026-03-01T04:00:00', ['2026-03-08 03:00', '2026-03-15 03:00', '2026-03-22 03:00']],
    ['0 0 3 ? * 1', '2026-03-01T04:00:00', ['2026-03-08 03:00', '2026-03-15 03:00', '2026-03-22 03:00']],
    [
      '0 0 3 ? * FRI-MON',
      '2026-03-05T00:00:00',
      ['2026-03-06 03:00', '2026-03-07 03:00', '2026-03-08 03:00'],
    ],
    ['0 0 0 L * ?', '2027-01-15T00:00:00', ['2027-01-31 00:00', '2027-02-28 00:00', '2027-03-31 00:00']],
    ['0 0 0 L-3 * ?', '2027-01-15T00:00:00', ['2027-01-28 00:00', '2027-02-25 00:00', '2027-03-28 00:00']],
    ['0 0 0 LW * ?', '2027-01-15T00:00:00', ['2027-01-29 00:00', '2027-02-26 00:00', '2027-03-31 00:00']],
    ['0 0 0 1W * ?', '2027-04-15T00:00:00', ['2027-05-03 00:00', '2027-06-01 00:00', '2027-07-01 00:00']],
    ['0 0 0 ? * 6L', '2027-01-01T00:00:00', ['2027-01-29 00:00', '2027-02-26 00:00', '2027-03-26 00:00']],
    ['0 0 0 ? * 6#3', '2027-01-01T00:00:00', ['2027-01-15 00:00', '2027-02-19 00:00', '2027-03-19 00:00']],
    ['0 0 0 29 2 ?', '2027-01-01T00:00:00', ['2028-02-29 00:00', '2032-02-29 00:00', '2036-02-29 00:00']],
    ['0 0 12 1 1 ? 2030,2032', '2026-01-01T00:00:00', ['2030-01-01 12:00', '2032-01-01 12:00']],
    ['0 0 0 31 2 ?', '2026-01-01T00:00:00', []],
  ])('%s after %s', (expression, after, expected) => {
    expect(locals(expression, after)).toEqual(expected);
  });

  it('are those of the clocks on the wall, summer or winter', () => {
    const times = nextFireTimes('0 0 6 * * ?', 'Europe/Berlin', from('2026-03-28T00:00:00'), 2);
    expect(times.map(({ at }) => at?.toISOString())).toEqual([
      '2026-03-28T05:00:00.000Z',
      '2026-03-29T04:00:00.000Z',
    ]);
  });

  it('say where the clocks skip a time, so that nothing starts', () => {
    const times = nextFireTimes('0 30 2 * * ?', 'Europe/Berlin', from('2026-03-28T12:00:00'), 2);
    expect(times[0]).toEqual({ local: '2026-03-29 02:30:00', at: null, clocks: 'skip' });
    expect(times[1]!.at).toEqual(from('2026-03-30T00:30:00'));
  });

  it('say where the clocks show a time twice', () => {
    const [time] = nextFireTimes('0 30 2 * * ?', 'Europe/Berlin', from('2026-10-24T12:00:00'), 1);
    expect(time).toEqual({ local: '2026-10-25 02:30:00', at: from('2026-10-25T00:30:00'), clocks: 'repeat' });
  });

  it('know half an hour of change', () => {
    const [time] = nextFireTimes('0 15 2 * * ?', 'Australia/Lord_Howe', from('2026-10-03T00:00:00'), 1);
    expect(time).toMatchObject({ local: '2026-10-04 02:15:00', clocks: 'skip' });
  });

  it('are those that a look at every minute finds', () => {
    const expressions = fc.tuple(
      fc.integer({ min: 0, max: 59 }),
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 1, max: 7 }),
    );
    fc.assert(
      fc.property(
        expressions,
        fc.integer({ min: 0, max: 500_000 }),
        ([minute, hour, weekday], startMinute) => {
          const start = Date.UTC(2026, 0, 1) + startMinute * 60_000;
          const [time] = nextFireTimes(`0 ${minute} ${hour} ? * ${weekday}`, 'UTC', new Date(start), 1);
          const isIt = (date: Date) =>
            date.getUTCMinutes() === minute &&
            date.getUTCHours() === hour &&
            date.getUTCDay() + 1 === weekday;
          let at = start + 60_000;
          while (!isIt(new Date(at))) at += 60_000;
          expect(time!.at?.getTime()).toBe(at);
        },
      ),
      { numRuns: 30 },
    );
  });
});

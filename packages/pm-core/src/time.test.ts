import { expect, it } from 'vitest';
import { formatTimestamp, parseTimestamp, timestampMs } from './time.ts';

it.each([
  ['2015-03-29', '2015-03-29T00:00:00'],
  ['2015-03-29 02:30:00', '2015-03-29T02:30:00'],
  ['2015-03-29T02:30', '2015-03-29T02:30:00'],
  ['2015-03-29T02:30:00.250Z', '2015-03-29T02:30:00'],
  ['2015-03-29T02:30:00+05:30', '2015-03-28T21:00:00'],
  ['2015-01-01T00:00:00-0330', '2015-01-01T03:30:00'],
])('reads %s as UTC, whatever the zone of the machine', (text, expected) => {
  expect(parseTimestamp(text)).toBe(expected);
});

it.each(['2015-02-30', '2015-13-01', '2015-01-01T24:00:00', 'yesterday', '20150101', ''])(
  'refuses %s',
  (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  },
);

it('turns milliseconds into text and back', () => {
  expect(timestampMs(formatTimestamp(1_420_092_000_000))).toBe(1_420_092_000_000);
});

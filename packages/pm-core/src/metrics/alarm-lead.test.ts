import { describe, expect, it } from 'vitest';
import { alarmLeads, labeledFailures, type TimedRows } from './alarm-lead.ts';

const HOUR = 3_600_000;

/** Machine 7 fails at hour 48 (class 2), machine 8 at hour 30 (class 1), machine 9 never; a row every 12 h. */
const rows: TimedRows = timed([
  ['7', 0, 2, 48, 2],
  ['7', 12, 2, 36, 0],
  ['7', 24, 2, 24, 1],
  ['7', 36, 2, 12, 2],
  ['8', 6, 1, 24, 0],
  ['8', 18, 1, 12, 0],
  ['9', 0, 0, Number.NaN, 1],
  ['9', 12, 0, Number.NaN, 0],
]);

describe('the failures behind labelled rows', () => {
  it('are each one, however many rows lie before it, with their first right alarm', () => {
    expect(labeledFailures(rows)).toEqual([
      { machineId: '7', classNumber: 2, announcedHours: 48, observedHours: 48 },
      { machineId: '8', classNumber: 1, announcedHours: null, observedHours: 24 },
    ]);
  });

  it('are two where a machine fails twice', () => {
    const twice = timed([
      ['7', 0, 1, 12, 1],
      ['7', 12, 1, 12, 0],
    ]);
    expect(labeledFailures(twice).map(({ announcedHours }) => announcedHours)).toEqual([12, null]);
  });
});

describe('alarms by lead time', () => {
  it('come true within so many hours, and announce failures so long before', () => {
    // Alarms: right 48 h and 12 h before, the wrong component, and a machine that did not fail.
    expect(alarmLeads(rows, [0, 12, 24, 48])).toEqual([
      { hours: 0, alarmPrecision: 0, observedFailures: 2, announcedFailures: 1, announcedShare: 0.5 },
      { hours: 12, alarmPrecision: 0.25, observedFailures: 2, announcedFailures: 1, announcedShare: 0.5 },
      { hours: 24, alarmPrecision: 0.25, observedFailures: 2, announcedFailures: 1, announcedShare: 0.5 },
      { hours: 48, alarmPrecision: 0.5, observedFailures: 1, announcedFailures: 1, announcedShare: 1 },
    ]);
  });

  it('have no figure without an alarm, or without a failure', () => {
    const quiet = timed([['9', 0, 0, Number.NaN, 0]]);
    expect(alarmLeads(quiet, [12])[0]).toMatchObject({ alarmPrecision: null, announcedShare: null });
  });
});

function timed(
  given: [id: string, hour: number, label: number, hoursLeft: number, said: number][],
): TimedRows {
  return {
    machineIds: given.map(([id]) => id),
    windowEnd: given.map(([, hour]) => hour * HOUR),
    labels: Uint8Array.from(given, ([, , label]) => label),
    hoursToFailure: given.map(([, , , hours]) => hours),
    predicted: Uint8Array.from(given, ([, , , , said]) => said),
  };
}

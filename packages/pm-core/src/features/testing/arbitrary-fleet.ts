import fc from 'fast-check';
import { COMPONENTS, ERROR_CODES } from '../../tables.ts';
import type { Fleet } from './fleet.ts';

export const ANCHOR = '2015-01-01T06:00:00';
export const ANCHOR_MS = Date.UTC(2015, 0, 1, 6);
export const HOUR = 3_600_000;

/** Instants where definitions differ: whole hours (so on the grid, on both ends of a window), and a second or some minutes beside. */
const instant = fc
  .record({
    hours: fc.oneof(
      fc.integer({ min: -40, max: 400 }),
      fc.integer({ min: -3, max: 33 }).map((step) => step * 12),
    ),
    besideMs: fc.constantFrom(0, 0, 0, 1_000, -1_000, 17 * 60_000, 1),
  })
  .map(({ hours, besideMs }) => ANCHOR_MS + hours * HOUR + besideMs);

const value = fc.oneof(
  fc.double({ min: 1, max: 500, noNaN: true }),
  fc.constantFrom(170.1, 170.1, 0.1),
  fc.double({ min: 1, max: 2, noNaN: true }).map((x) => 1e7 + x),
  fc.constant(null),
);

const machineId = fc.constantFrom('2', '10', '007', '7', 'M2');
const reading = fc.record({
  machine_id: machineId,
  measured_at: instant,
  volt: value,
  rotate: value,
  pressure: value,
  vibration: value,
});
const run = fc
  .record({ first: reading, hours: fc.integer({ min: 1, max: 300 }), every: fc.constantFrom(1, 5) })
  .map(({ first, hours, every }) =>
    Array.from({ length: Math.ceil(hours / every) }, (_, i) => ({
      ...first,
      measured_at: first.measured_at + i * every * HOUR,
      volt: first.volt === null ? null : first.volt + ((i * 7) % 5),
    })),
  );

/** Fleets of up to four machines, with gaps, off-hour readings, nulls, single readings, constant and large ones, and events at every edge. */
export const arbitraryFleet: fc.Arbitrary<Fleet> = fc.record({
  machines: fc.uniqueArray(
    fc.record({
      machine_id: machineId,
      model: fc.constantFrom('model1', 'model4', 'model9'),
      age_years: fc.integer({ min: 0, max: 20 }),
    }),
    { selector: (machine) => machine.machine_id },
  ),
  telemetry: fc
    .tuple(fc.array(reading, { minLength: 1, maxLength: 20 }), fc.array(run, { maxLength: 3 }))
    .map(([single, runs]) => [...single, ...runs.flat()])
    .map((rows) => [...new Map(rows.map((row) => [`${row.machine_id} ${row.measured_at}`, row])).values()]),
  errors: fc.array(
    fc.record({ machine_id: machineId, occurred_at: instant, error_code: fc.constantFrom(...ERROR_CODES) }),
    { maxLength: 25 },
  ),
  maintenance: fc.array(
    fc.record({ machine_id: machineId, replaced_at: instant, component: fc.constantFrom(...COMPONENTS) }),
    { maxLength: 20 },
  ),
  failures: fc.array(
    fc.record({ machine_id: machineId, failed_at: instant, component: fc.constantFrom(...COMPONENTS) }),
    { maxLength: 12 },
  ),
});

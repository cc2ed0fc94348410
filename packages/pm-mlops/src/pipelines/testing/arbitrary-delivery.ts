import fc from 'fast-check';
import type { Lines } from './delivered-fleet.ts';

const START = Date.UTC(2015, 0, 20);
/** An instant so many hours after 2015-01-20, when grids of these tests begin: the month ends at hour 288. */
export const at = (hours: number): string => new Date(START + hours * 3_600_000).toISOString().slice(0, 19);

const machine = fc.constantFrom('2', '10', '007', 'M2');
const hour = fc.oneof(
  fc.integer({ min: -30, max: 500 }),
  fc.integer({ min: 0, max: 40 }).map((step) => step * 12),
);
const value = fc.double({ min: 1, max: 500, noNaN: true });
const run = fc
  .record({
    machine,
    from: hour,
    count: fc.integer({ min: 1, max: 60 }),
    every: fc.constantFrom(1, 7),
    value,
  })
  .map(({ machine, from, count, every, value }) =>
    Array.from(
      { length: count },
      (_, i) => `${at(from + i * every)},${machine},${value + (i % 5)},${i % 3 ? 300 : ''},100,${value}`,
    ),
  );
const event = (kind: string) =>
  fc
    .record({ machine, hour, number: fc.integer({ min: 1, max: 4 }) })
    .map(({ machine, hour, number }) => `${at(hour)},${machine},${kind}${number}`);
/** Readings, events and machines in any order: late ones, earlier ones, repeated and corrected ones, and those of machines to come. */
export const delivery: fc.Arbitrary<Lines> = fc.record({
  machines: fc
    .uniqueArray(fc.tuple(machine, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 9 })), {
      selector: ([id]) => id,
      minLength: 1,
      maxLength: 3,
    })
    .map((rows) => rows.map(([id, model, age]) => `${id},model${model},${age}`)),
  telemetry: fc.array(run, { minLength: 1, maxLength: 3 }).map((runs) => runs.flat()),
  errors: fc.array(event('error'), { maxLength: 2 }),
  maint: fc.array(event('comp'), { maxLength: 2 }),
  failures: fc.array(event('comp'), { maxLength: 1 }),
});

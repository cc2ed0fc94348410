import { expect, it } from 'vitest';
import { hoursToFailure } from './hours-to-failure.ts';

it("counts the hours to the machine's own next failure after the cutoff, an instant equal to it excluded", () => {
  const hour = 3_600_000;
  const failures = [
    { machineId: 'a', failedAtMs: 50 * hour, component: 'comp1' },
    { machineId: 'a', failedAtMs: 10 * hour, component: 'comp2' },
    { machineId: 'b', failedAtMs: 5 * hour, component: 'comp3' },
  ];
  const rows = {
    machineIds: ['a', 'a', 'a', 'b', 'b', 'c'],
    windowEnd: Float64Array.of(0, 10 * hour, 60 * hour, 0, 5 * hour, 0),
  };
  expect([...hoursToFailure(rows, failures)]).toEqual([10, 40, Number.NaN, 5, Number.NaN, Number.NaN]);
});

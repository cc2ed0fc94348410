import { expect, it } from 'vitest';
import { SENSORS } from '../tables.ts';
import { FAILURE_LAW } from './failure-law.ts';
import { plantedCeiling } from './planted-ceiling.ts';
import { plantedProbabilities } from './planted-probabilities.ts';
import { simulateFleet } from './simulate-fleet.ts';
import type { MachineHistory } from './simulate-machine.ts';
import { HOUR_MS } from './simulate-visits.ts';

const parameters = { machines: 60, hours: 8761, seed: 7, start: '2015-01-01T06:00:00' };
const fleet = [...simulateFleet(parameters)];
const WINDOW_HOURS = 168;
const cutoffs = Array.from({ length: 700 }, (_, i) => fleet[0]!.startMs + 12 * i * HOUR_MS);

function labelOf(machine: MachineHistory, cutoffMs: number): number {
  const first = machine.failures.find(
    ({ atMs }) => atMs > cutoffMs && atMs <= cutoffMs + WINDOW_HOURS * HOUR_MS,
  );
  return first === undefined ? 0 : Number(first.component.slice(-1));
}

const scored = fleet.flatMap((machine) => {
  const probabilities = plantedProbabilities(machine, cutoffs, WINDOW_HOURS);
  return cutoffs.map((cutoffMs, i) => ({
    label: labelOf(machine, cutoffMs),
    classes: probabilities.subarray(5 * i, 5 * i + 5),
  }));
});

it('gives chances that sum to 1', () => {
  const wrong = scored.filter(({ classes }) => {
    const total = classes.reduce((sum, chance) => sum + chance, 0);
    return Math.abs(total - 1) > 1e-12 || classes.some((chance) => !(chance >= 0));
  });
  expect(wrong).toEqual([]);
});

it.each([0, 1, 2, 3, 4])('is calibrated: of rows given chance p of class %i, p turn out so', (label) => {
  for (const [from, to] of [
    [0, 0.1],
    [0.1, 0.3],
    [0.3, 0.6],
    [0.6, 0.95],
    [0.95, 1.01],
  ] as const) {
    const rows = scored.filter(({ classes }) => classes[label]! >= from && classes[label]! < to);
    const expected = rows.reduce((sum, { classes }) => sum + classes[label]!, 0);
    const variance = rows.reduce((sum, { classes }) => sum + classes[label]! * (1 - classes[label]!), 0);
    const seen = rows.filter((row) => row.label === label).length;
    // Up to 14 successive rows share one failure, so that the standard error is up to √14 times the binomial one.
    expect(Math.abs(seen - expected)).toBeLessThanOrEqual(2.5 * Math.sqrt(14 * variance) + 3);
  }
});

it('uses nothing after the cutoff', () => {
  const machine = fleet[3]!;
  const whole = plantedProbabilities(machine, cutoffs, WINDOW_HOURS);
  for (const i of [0, 5, 30, 31, 200, 333, 699]) {
    const cutoffMs = cutoffs[i]!;
    const known = Math.floor((cutoffMs - machine.startMs) / HOUR_MS) + 1;
    const seen = <Event extends { atMs: number }>(events: readonly Event[]) =>
      events.filter((event) => event.atMs <= cutoffMs);
    const telemetry = Object.fromEntries(
      SENSORS.map((sensor) => [sensor, machine.telemetry[sensor].slice().fill(1e6, known)]),
    ) as unknown as MachineHistory['telemetry'];
    const before: MachineHistory = {
      ...machine,
      telemetry,
      errors: seen(machine.errors),
      maintenance: seen(machine.maintenance),
      failures: seen(machine.failures),
    };
    const row = plantedProbabilities(before, [cutoffMs], WINDOW_HOURS);
    expect(row).toEqual(whole.slice(5 * i, 5 * i + 5));
  }
});

it('knows almost every failure from its sign 36 h before and calls few wrongly', () => {
  const argMax = (classes: Float64Array) => classes.indexOf(Math.max(...classes));
  const called = scored.filter(({ classes }) => argMax(classes) > 0);
  const right = called.filter(({ classes, label }) => argMax(classes) === label);
  const instants = fleet.flatMap((machine) => [...new Set(machine.failures.map(({ atMs }) => atMs))]).length;
  expect(right.length / called.length).toBeGreaterThan(0.97);
  // The cutoffs 36, 24 and 12 h before each failure.
  expect(right.length / instants).toBeGreaterThan(2.7);
});

it('refuses a window that could hold two visits', () => {
  expect(() => plantedProbabilities(fleet[0]!, cutoffs, 361, FAILURE_LAW)).toThrow(RangeError);
});

it('scores the rows of a feature table in their own order', () => {
  const rows = { machineIds: ['3', '1', '3'], cutoffsMs: [cutoffs[50]!, cutoffs[4]!, cutoffs[9]!] };
  const scores = plantedCeiling(simulateFleet(parameters), rows, WINDOW_HOURS);
  const expected = rows.machineIds.flatMap((id, row) => [
    ...plantedProbabilities(fleet[Number(id) - 1]!, [rows.cutoffsMs[row]!], WINDOW_HOURS),
  ]);
  expect(scores).toEqual(Float32Array.from(expected));
  const stranger = { machineIds: ['61'], cutoffsMs: [0] };
  expect(() => plantedCeiling(simulateFleet(parameters), stranger, WINDOW_HOURS)).toThrow("no machine '61'");
});

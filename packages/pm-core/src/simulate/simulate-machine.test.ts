import { expect, it } from 'vitest';
import { COMPONENTS, SENSORS } from '../tables.ts';
import { timestampMs } from '../time.ts';
import { FAILURE_LAW } from './failure-law.ts';
import { simulateFleet } from './simulate-fleet.ts';
import { simulateMachine } from './simulate-machine.ts';
import { DAY_MS, HOUR_MS } from './simulate-visits.ts';

const parameters = { machines: 20, hours: 8761, seed: 42, start: '2015-01-01T06:00:00' };
const fleet = [...simulateFleet(parameters)];

it('simulates 8,761 hourly readings a machine from the start on, to six decimals', () => {
  for (const machine of fleet) {
    expect(machine.startMs).toBe(timestampMs(parameters.start));
    for (const sensor of SENSORS) {
      expect(machine.telemetry[sensor]).toHaveLength(8761);
      expect(
        machine.telemetry[sensor].every((value) => value > 0 && Number(value.toFixed(6)) === value),
      ).toBe(true);
    }
  }
});

it('gives a machine the same history in a fleet of any size, and another with another seed', () => {
  const [third] = [...simulateFleet({ ...parameters, machines: 3 })].slice(2);
  expect(third).toEqual(fleet[2]);
  expect(simulateMachine(FAILURE_LAW, { ...parameters, seed: 43 }, 3).telemetry).not.toEqual(
    third!.telemetry,
  );
});

it('begins the same whether it goes on or not', () => {
  const short = simulateMachine(FAILURE_LAW, { ...parameters, hours: 2000 }, 5);
  const lastMs = short.startMs + 1999 * HOUR_MS;
  const long = fleet[4]!;
  expect(short.telemetry.volt).toEqual(long.telemetry.volt.slice(0, 2000));
  for (const events of ['errors', 'maintenance', 'failures'] as const) {
    expect(short[events]).toEqual(long[events].filter((event) => event.atMs <= lastMs));
  }
});

it('replaces a failed component at the instant of its failure, on its machine’s 15-day rhythm at 06:00', () => {
  for (const { failures, maintenance, startMs } of fleet) {
    const visits = maintenance.filter((event) => event.atMs >= startMs).map((event) => event.atMs);
    expect(visits.every((atMs) => (atMs - visits[0]!) % (15 * DAY_MS) === 0)).toBe(true);
    expect(visits.every((atMs) => atMs % DAY_MS === 6 * HOUR_MS)).toBe(true);
    for (const { atMs, component } of failures) expect(maintenance).toContainEqual({ atMs, component });
  }
});

it('tells the age of a failed component, never below 22 days', () => {
  for (const { failures, maintenance } of fleet) {
    for (const { atMs, component, componentAgeDays } of failures) {
      const before = maintenance.findLast((event) => event.component === component && event.atMs < atMs)!;
      expect(componentAgeDays).toBe((atMs - before.atMs) / DAY_MS);
      expect(componentAgeDays).toBeGreaterThanOrEqual(22);
    }
  }
});

it('replaces each component once before the telemetry begins', () => {
  for (const { maintenance, startMs } of fleet) {
    const before = maintenance.filter((event) => event.atMs < startMs).map((event) => event.component);
    expect(before.toSorted()).toEqual(COMPONENTS);
    expect(maintenance[0]!.atMs).toBeGreaterThanOrEqual(timestampMs('2014-06-01T06:00:00'));
  }
});

it('logs every code of a failing component exactly 24 h before', () => {
  for (const { failures, errors } of fleet) {
    for (const { atMs, component } of failures) {
      for (const errorCode of FAILURE_LAW.components[component].errorCodes) {
        expect(errors).toContainEqual({ atMs: atMs - 24 * HOUR_MS, errorCode });
      }
    }
  }
});

it('orders errors by time, each code once at an instant', () => {
  for (const { errors } of fleet) {
    const keys = errors.map(({ atMs, errorCode }) => `${atMs} ${errorCode}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toEqual(keys.toSorted());
  }
});

it('shifts the failing component’s sensor in the 48 h up to its failure and not in the hour before', () => {
  const noise = { ...FAILURE_LAW.sensors };
  for (const sensor of SENSORS) noise[sensor] = { ...noise[sensor], standardDeviation: 1e-9 };
  const law = { ...FAILURE_LAW, sensors: noise, passingShiftProbabilityPerHour: 0 };
  const machine = simulateMachine(law, parameters, 1);
  const shifted = new Set<string>();
  for (const { atMs, component } of machine.failures) {
    const hour = (atMs - machine.startMs) / HOUR_MS;
    const sensor = SENSORS[COMPONENTS.indexOf(component)]!;
    for (let before = 0; before < 48; before++) shifted.add(`${sensor} ${hour - before}`);
  }
  expect(machine.failures.length).toBeGreaterThan(0);
  for (const sensor of SENSORS) {
    machine.telemetry[sensor].forEach((value, hour) => {
      const { mean, signShift } = law.sensors[sensor];
      // The signs of a failure just after the last reading are there, too.
      if (hour < 8761 - 48) expect(value).toBe(shifted.has(`${sensor} ${hour}`) ? mean + signShift : mean);
    });
  }
});

import { COMPONENTS, SENSORS } from '../tables.ts';
import { formatTimestamp } from '../time.ts';
import type { Component, FailureLaw, Sensor } from './failure-law.ts';
import type { SimulatedMachine, SimulationParameters } from './simulate-machine.ts';
import { HOUR_MS } from './simulate-visits.ts';

/** What was planted: `planted-law.json` beside the source files. Timestamps are UTC `YYYY-MM-DDTHH:MM:SS`. */
export interface PlantedLaw {
  readonly parameters: SimulationParameters;
  readonly law: FailureLaw;
  readonly failures: readonly {
    readonly machineID: number;
    readonly failedAt: string;
    readonly component: Component;
    readonly componentAgeDays: number;
    /** The sensor is shifted in (signAfter, failedAt]. */
    readonly sensor: Sensor;
    readonly signAfter: string;
    readonly errorsAt: string;
  }[];
  /** Shifts like a sign's that no failure follows, in [from, to]. */
  readonly passingShifts: readonly {
    readonly machineID: number;
    readonly sensor: Sensor;
    readonly from: string;
    readonly to: string;
  }[];
}

/** The record of a fleet, machine by machine, ascending in time. */
export function plantedLaw(
  parameters: SimulationParameters,
  law: FailureLaw,
  machines: readonly SimulatedMachine[],
): PlantedLaw {
  const hoursBefore = (ms: number, hours: number) => formatTimestamp(ms - hours * HOUR_MS);
  const failures = machines.flatMap((machine) =>
    machine.failures.map(({ atMs, component, componentAgeDays }) => ({
      machineID: machine.machineNumber,
      failedAt: formatTimestamp(atMs),
      component,
      componentAgeDays,
      sensor: SENSORS[COMPONENTS.indexOf(component)]!,
      signAfter: hoursBefore(atMs, law.signHours),
      errorsAt: hoursBefore(atMs, law.errorLeadHours),
    })),
  );
  const passingShifts = machines.flatMap((machine) =>
    machine.passingShifts.map(({ sensor, fromHour, toHour }) => ({
      machineID: machine.machineNumber,
      sensor,
      from: formatTimestamp(machine.startMs + fromHour * HOUR_MS),
      to: formatTimestamp(machine.startMs + toHour * HOUR_MS),
    })),
  );
  return { parameters, law, failures, passingShifts };
}

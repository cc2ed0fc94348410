import type { FleetConfig } from '../config.ts';
import { COMPONENTS, ERROR_CODES, MACHINE_MODELS, SENSORS } from '../tables.ts';
import { timestampMs } from '../time.ts';
import type { ErrorCode, FailureLaw } from './failure-law.ts';
import { drawIndex, drawInteger, drawStartHours, randomStream } from './random-draws.ts';
import { type SensorShift, simulateTelemetry, type Telemetry } from './simulate-telemetry.ts';
import { HOUR_MS, simulateVisits, type VisitLog } from './simulate-visits.ts';
import type { MachineTraits } from './visit-outcomes.ts';

/** A workflow's `simulate` section: machines, hours (readings a machine), seed, start (the first reading). */
export type SimulationParameters = FleetConfig['simulate'];

export interface ErrorEvent {
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
  readonly errorCode: ErrorCode;
}

/** All that is known of one machine. Events ascend by time; telemetry reading h stands at `startMs` + h hours. */
export interface MachineHistory extends MachineTraits, VisitLog {
  readonly startMs: number;
  readonly telemetry: Telemetry;
  readonly errors: readonly ErrorEvent[];
}

export interface SimulatedMachine extends MachineHistory {
  /** 1, 2, … */
  readonly machineNumber: number;
  /** Shifts without a failure, which no table tells. */
  readonly passingShifts: readonly SensorShift[];
}

/** Streams of draws, so that more hours add to each and change nothing before. */
const STREAM = { traits: 0, visits: 1, errors: 2, passingShifts: 3, telemetry: 4 } as const;

/** Machine `machineNumber` of a fleet: a function of the seed, the number, start, hours and law, not of the fleet's size. */
export function simulateMachine(
  law: FailureLaw,
  parameters: SimulationParameters,
  machineNumber: number,
): SimulatedMachine {
  const { seed, hours } = parameters;
  const stream = (...keys: number[]) => randomStream(seed, machineNumber, ...keys);
  const startMs = timestampMs(parameters.start);
  const lastMs = startMs + (hours - 1) * HOUR_MS;
  const traits = drawTraits(law, stream(STREAM.traits));
  // A failure just after the last reading already shows its signs.
  const untilMs = lastMs + law.signHours * HOUR_MS;
  const visits = simulateVisits(law, traits, stream(STREAM.visits), { startMs, untilMs });
  const passingShifts = drawPassingShifts(law, hours, stream);
  const shifts = [...passingShifts, ...failureSigns(law, startMs, visits.failures)];
  const errors = [...drawErrors(law, startMs, hours, stream), ...errorsBefore(law, visits.failures)];
  const seen = <Event extends { atMs: number }>(events: readonly Event[]) =>
    events.filter((event) => event.atMs <= lastMs);
  return {
    machineNumber,
    ...traits,
    startMs,
    telemetry: simulateTelemetry(law, stream(STREAM.telemetry), hours, shifts),
    errors: distinctInOrder(seen(errors)),
    maintenance: seen(visits.maintenance),
    failures: seen(visits.failures),
    passingShifts,
  };
}

function drawTraits(law: FailureLaw, random: () => number): MachineTraits {
  const shares = MACHINE_MODELS.map((model) => law.modelShares[model]);
  const model = MACHINE_MODELS[drawIndex(random, shares)]!;
  return { model, ageYears: drawInteger(random, 0, law.maximumAgeYears) };
}

type Stream = (...keys: number[]) => () => number;

function drawPassingShifts(law: FailureLaw, hours: number, stream: Stream): SensorShift[] {
  return SENSORS.flatMap((sensor, s) => {
    const random = stream(STREAM.passingShifts, s);
    const starts = drawStartHours(random, hours, law.passingShiftProbabilityPerHour, law.signHours);
    return Array.from(starts, (fromHour) => ({ sensor, fromHour, toHour: fromHour + law.signHours - 1 }));
  });
}

function failureSigns(law: FailureLaw, startMs: number, failures: VisitLog['failures']): SensorShift[] {
  return failures.map(({ atMs, component }) => ({
    sensor: SENSORS[COMPONENTS.indexOf(component)]!,
    fromHour: Math.floor((atMs - startMs) / HOUR_MS) - law.signHours + 1,
    toHour: Math.floor((atMs - startMs) / HOUR_MS),
  }));
}

function drawErrors(law: FailureLaw, startMs: number, hours: number, stream: Stream): ErrorEvent[] {
  return ERROR_CODES.flatMap((errorCode, e) => {
    const random = stream(STREAM.errors, e);
    const starts = drawStartHours(random, hours, law.errorProbabilityPerHour[errorCode]);
    return Array.from(starts, (hour) => ({ atMs: startMs + hour * HOUR_MS, errorCode }));
  });
}

function errorsBefore(law: FailureLaw, failures: VisitLog['failures']): ErrorEvent[] {
  return failures.flatMap(({ atMs, component }) =>
    law.components[component].errorCodes.map((errorCode) => ({
      atMs: atMs - law.errorLeadHours * HOUR_MS,
      errorCode,
    })),
  );
}

/** Ascending by time, then code, the same code at one instant once. */
function distinctInOrder(errors: readonly ErrorEvent[]): ErrorEvent[] {
  const sorted = errors.toSorted((a, b) => a.atMs - b.atMs || (a.errorCode < b.errorCode ? -1 : 1));
  return sorted.filter(
    (error, i) =>
      i === 0 || error.atMs !== sorted[i - 1]!.atMs || error.errorCode !== sorted[i - 1]!.errorCode,
  );
}

import { COMPONENTS, SENSORS } from '../tables.ts';
import type { FailureLaw, SensorLaw } from './failure-law.ts';
import { copyBelief, noShift, type ShiftBelief, updateBelief } from './passing-shift-filter.ts';
import type { MachineHistory } from './simulate-machine.ts';
import { HOUR_MS } from './simulate-visits.ts';

/** log p(readings | the component fails at that visit) − log p(readings | it does not), of the sensor's readings up to a cutoff. */
export type SignEvidence = (visitMs: number, componentIndex: number, cutoffMs: number) => number;

/**
 * Evidence of every visit in `visitsMs`, a multiple of whole days apart. Under both hypotheses a passing shift may be on, so
 * a forward filter over its possible starts runs along the sensor and forks where a sign would begin. A past failure's
 * sign is taken for what it was. A null (NaN) reading says nothing.
 */
export function signEvidence(
  law: FailureLaw,
  machine: MachineHistory,
  visitsMs: readonly number[],
): SignEvidence {
  const perComponent = COMPONENTS.map((_, i) => componentEvidence(law, machine, visitsMs, i));
  return (visitMs, componentIndex, cutoffMs) => {
    const evidence = perComponent[componentIndex]!.get(visitMs);
    const first = firstSignReading(law, machine, visitMs);
    const last = Math.floor((Math.min(cutoffMs, visitMs) - machine.startMs) / HOUR_MS);
    return last < first || evidence === undefined ? 0 : (evidence[last - first] ?? 0);
  };
}

const firstSignReading = (law: FailureLaw, machine: MachineHistory, visitMs: number): number =>
  Math.floor((visitMs - machine.startMs) / HOUR_MS) - law.signHours + 1;

/** For each visit the evidence after 1, 2 … readings of a sign. */
function componentEvidence(
  law: FailureLaw,
  machine: MachineHistory,
  visitsMs: readonly number[],
  componentIndex: number,
): Map<number, Float64Array> {
  const sensor = SENSORS[componentIndex]!;
  const readings = machine.telemetry[sensor];
  const step = (belief: ShiftBelief, reading: number, signShift: number) =>
    updateBelief(
      belief,
      law.passingShiftProbabilityPerHour,
      shiftRatio(law.sensors[sensor], reading, signShift),
    );
  const failedAt = new Set(
    machine.failures.filter((f) => f.component === COMPONENTS[componentIndex]).map((f) => f.atMs),
  );
  const forks = new Map(visitsMs.map((visitMs) => [firstSignReading(law, machine, visitMs), visitMs]));
  const evidence = new Map<number, Float64Array>();
  const afterFailure = new Map<number, ShiftBelief>();
  let belief = noShift(law.signHours);
  for (let hour = 0; hour < readings.length; hour++) {
    const visitMs = forks.get(hour);
    if (visitMs !== undefined) {
      const fork = followSign(law, machine, componentIndex, belief, hour, step);
      evidence.set(visitMs, fork.evidence);
      if (failedAt.has(visitMs)) afterFailure.set(hour + law.signHours - 1, fork.belief);
    }
    step(belief, readings[hour]!, 0);
    belief = afterFailure.get(hour) ?? belief;
  }
  return evidence;
}

function followSign(
  law: FailureLaw,
  machine: MachineHistory,
  componentIndex: number,
  before: ShiftBelief,
  from: number,
  step: (belief: ShiftBelief, reading: number, signShift: number) => number,
): { evidence: Float64Array; belief: ShiftBelief } {
  const sensor = SENSORS[componentIndex]!;
  const { signShift } = law.sensors[sensor];
  const readings = machine.telemetry[sensor].subarray(from, from + law.signHours);
  const belief = copyBelief(before);
  const without = copyBelief(before);
  const evidence = new Float64Array(readings.length);
  let sum = 0;
  readings.forEach((reading, i) => {
    sum += Math.log(shiftRatio(law.sensors[sensor], reading, 0));
    sum += Math.log(step(belief, reading, signShift)) - Math.log(step(without, reading, 0));
    evidence[i] = sum;
  });
  return { evidence, belief };
}

/** p(reading | shifted once more) / p(reading | not), where `already` is added to the mean in both. */
function shiftRatio(sensor: SensorLaw, reading: number, already: number): number {
  if (Number.isNaN(reading)) return 1;
  const { mean, standardDeviation, signShift } = sensor;
  const distance = reading - mean - already - signShift / 2;
  return Math.exp((signShift * distance) / standardDeviation ** 2);
}

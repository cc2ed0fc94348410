import { CLASSES, COMPONENTS } from '../tables.ts';
import { FAILURE_LAW, type FailureLaw } from './failure-law.ts';
import { type SignEvidence, signEvidence } from './sign-evidence.ts';
import type { MachineHistory } from './simulate-machine.ts';
import { DAY_MS, firstVisitHourMs, HOUR_MS } from './simulate-visits.ts';
import { type VisitOutcome, visitOutcomes } from './visit-outcomes.ts';

/**
 * The planted ceiling: for each cutoff T the posterior of the classes none, comp1 … comp4 (the first component to fail in
 * (T, T + predictionWindowHours], the lowest number of two), given the law and everything at or before T. Nobody who sees the same
 * can score better. Row-major, cutoffs × 5; each row sums to 1.
 *
 * Failures happen at visits only, so with V the next visit after T and o an outcome of it ({@link visitOutcomes}),
 *
 *   P(o | data ≤ T) ∝ P(o | component ages at V, model, age) · Π over failing c of [ sign(c, V, T) · errors(c, V, T) ]
 *
 * where sign is the likelihood ratio of c's sensor over the readings in (V − signHours, T] ({@link signEvidence}), and errors, once
 * T ≥ V − errorLeadHours, is 1 / (chance of that code in any hour) for each of c's codes logged at that instant and 0 if one is
 * missing. V is known from the visits recorded since the telemetry began; before the first, the sum goes over all its possible
 * days, each weighted with the chance that the visits since passed without a record. If V lies beyond the window: none.
 *
 * @param cutoffsMs milliseconds since 1970 UTC, in any order.
 * @throws RangeError for a window longer than the visit interval, which could hold two visits.
 */
export function plantedProbabilities(
  machine: MachineHistory,
  cutoffsMs: ArrayLike<number>,
  predictionWindowHours: number,
  law: FailureLaw = FAILURE_LAW,
): Float64Array {
  if (predictionWindowHours > law.visitIntervalDays * 24) {
    throw new RangeError(`a window of ${predictionWindowHours} h can hold two visits of the planted law`);
  }
  const scorer: Scorer = { law, machine, sign: signEvidence(law, machine, possibleVisits(law, machine)) };
  const probabilities = new Float64Array(cutoffsMs.length * CLASSES.length);
  for (let row = 0; row < cutoffsMs.length; row++) {
    const classes = probabilities.subarray(row * CLASSES.length, (row + 1) * CLASSES.length);
    addPosterior(scorer, cutoffsMs[row]!, predictionWindowHours, classes);
  }
  return probabilities;
}

interface Scorer {
  readonly law: FailureLaw;
  readonly machine: MachineHistory;
  readonly sign: SignEvidence;
}

/** The visits whose evidence may be asked for: any day up to one interval after the first recorded visit, later its rhythm only. */
function possibleVisits(law: FailureLaw, machine: MachineHistory): number[] {
  const zeroMs = firstVisitHourMs(law, machine.startMs);
  const endMs = machine.startMs + machine.telemetry.volt.length * HOUR_MS + law.visitIntervalDays * DAY_MS;
  const recordedMs = machine.maintenance.find((event) => event.atMs >= machine.startMs)?.atMs ?? endMs;
  const visits: number[] = [];
  for (let dayMs = zeroMs; dayMs <= endMs; dayMs += DAY_MS) {
    const inRhythm = ((dayMs - recordedMs) / DAY_MS) % law.visitIntervalDays === 0;
    if (inRhythm || dayMs <= recordedMs + law.visitIntervalDays * DAY_MS) visits.push(dayMs);
  }
  return visits;
}

function addPosterior(
  { law, machine, sign }: Scorer,
  cutoffMs: number,
  windowHours: number,
  classes: Float64Array,
): void {
  const replacedMs = COMPONENTS.map((component) => lastReplacedMs(machine, component, cutoffMs));
  const agesAt = (visitMs: number) => replacedMs.map((replaced) => (visitMs - replaced) / DAY_MS);
  for (const next of nextVisits(law, machine, cutoffMs, agesAt)) {
    const inWindow = next.visitMs <= cutoffMs + windowHours * HOUR_MS;
    for (const { failing, probability } of visitOutcomes(law, machine, agesAt(next.visitMs))) {
      const ratio = failing.reduce(
        (product, c) =>
          product *
          Math.exp(sign(next.visitMs, c, cutoffMs)) *
          errorRatio(law, machine, c, next.visitMs, cutoffMs),
        next.weight * probability,
      );
      classes[inWindow && failing.length > 0 ? failing[0]! + 1 : 0]! += ratio;
    }
  }
  const total = classes.reduce((sum, value) => sum + value, 0);
  classes.forEach((value, i) => {
    classes[i] = value / total;
  });
}

function lastReplacedMs(machine: MachineHistory, component: string, cutoffMs: number): number {
  const last = machine.maintenance.findLast(
    (event) => event.component === component && event.atMs <= cutoffMs,
  );
  return last?.atMs ?? Number.NEGATIVE_INFINITY;
}

/** The next visit after the cutoff, or every one that it could be with its weight. */
function nextVisits(
  law: FailureLaw,
  machine: MachineHistory,
  cutoffMs: number,
  agesAt: (visitMs: number) => number[],
): { visitMs: number; weight: number }[] {
  const intervalMs = law.visitIntervalDays * DAY_MS;
  const known = machine.maintenance.find((event) => event.atMs >= machine.startMs && event.atMs <= cutoffMs);
  const after = (visitMs: number) =>
    visitMs + Math.max(0, Math.floor((cutoffMs - visitMs) / intervalMs) + 1) * intervalMs;
  if (known !== undefined) return [{ visitMs: after(known.atMs), weight: 1 }];
  const zeroMs = firstVisitHourMs(law, machine.startMs);
  const visits: { visitMs: number; weight: number }[] = [];
  for (let day = law.firstVisitDays.from; day <= law.firstVisitDays.to; day++) {
    let weight = 1;
    let visitMs = zeroMs + day * DAY_MS;
    for (; visitMs <= cutoffMs; visitMs += intervalMs) weight *= noRecord(law, machine, agesAt(visitMs));
    visits.push({ visitMs, weight });
  }
  return visits;
}

/** Chance that a visit leaves no record: nothing failed, nothing was planned. */
function noRecord(law: FailureLaw, machine: MachineHistory, ageDays: readonly number[]): number {
  const [none] = visitOutcomes(law, machine, ageDays) as [VisitOutcome, ...VisitOutcome[]];
  return none.probability * law.plannedReplacements.withoutFailure[0];
}

function errorRatio(
  law: FailureLaw,
  machine: MachineHistory,
  componentIndex: number,
  visitMs: number,
  cutoffMs: number,
): number {
  const atMs = visitMs - law.errorLeadHours * HOUR_MS;
  if (cutoffMs < atMs) return 1;
  return law.components[COMPONENTS[componentIndex]!].errorCodes.reduce((product, code) => {
    const logged = machine.errors.some((error) => error.atMs === atMs && error.errorCode === code);
    return logged ? product / law.errorProbabilityPerHour[code] : 0;
  }, 1);
}

import type { Random } from '../random.ts';
import { COMPONENTS } from '../tables.ts';
import type { Component, FailureLaw } from './failure-law.ts';
import { drawIndex, drawInteger } from './random-draws.ts';
import { type MachineTraits, visitOutcomes } from './visit-outcomes.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** A component replaced or failed. */
export interface ComponentEvent {
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
  readonly component: Component;
}

/** What a machine's maintenance crew wrote down, ascending by time, then component. */
export interface VisitLog {
  /** From before the telemetry on; every failure has its replacement at the same instant. */
  readonly maintenance: readonly ComponentEvent[];
  readonly failures: readonly (ComponentEvent & { readonly componentAgeDays: number })[];
}

/** First instant at the law's visit hour at or after `startMs`; visits lie whole days after it. */
export function firstVisitHourMs(law: FailureLaw, startMs: number): number {
  const sameDay = Math.floor(startMs / DAY_MS) * DAY_MS + law.visitHour * HOUR_MS;
  return sameDay >= startMs ? sameDay : sameDay + DAY_MS;
}

/** Draws the replacements before `startMs`, then visit after visit up to and including `untilMs`. */
export function simulateVisits(
  law: FailureLaw,
  machine: MachineTraits,
  random: Random,
  { startMs, untilMs }: { startMs: number; untilMs: number },
): VisitLog {
  const dayZeroMs = firstVisitHourMs(law, startMs);
  const replacedMs = COMPONENTS.map(() => {
    const visit = drawInteger(random, 0, law.history.count - 1);
    return dayZeroMs + (visit * law.visitIntervalDays - law.history.daysBeforeStart) * DAY_MS;
  });
  const maintenance = replacedMs.map((atMs, i) => ({ atMs, component: COMPONENTS[i]! }));
  maintenance.sort((a, b) => a.atMs - b.atMs);
  const failures: VisitLog['failures'][number][] = [];
  const firstDay = drawInteger(random, law.firstVisitDays.from, law.firstVisitDays.to);
  for (let atMs = dayZeroMs + firstDay * DAY_MS; atMs <= untilMs; atMs += law.visitIntervalDays * DAY_MS) {
    const ageDays = replacedMs.map((replaced) => (atMs - replaced) / DAY_MS);
    const failing = drawFailing(law, machine, random, ageDays);
    const planned = drawPlanned(law, random, ageDays, failing);
    for (const i of failing) {
      failures.push({ atMs, component: COMPONENTS[i]!, componentAgeDays: ageDays[i]! });
    }
    for (const i of [...failing, ...planned].toSorted((a, b) => a - b)) {
      maintenance.push({ atMs, component: COMPONENTS[i]! });
      replacedMs[i] = atMs;
    }
  }
  return { maintenance, failures };
}

function drawFailing(
  law: FailureLaw,
  machine: MachineTraits,
  random: Random,
  ageDays: readonly number[],
): readonly number[] {
  const outcomes = visitOutcomes(law, machine, ageDays);
  const drawn = drawIndex(
    random,
    outcomes.map((outcome) => outcome.probability),
  );
  return outcomes[drawn]!.failing;
}

function drawPlanned(
  law: FailureLaw,
  random: Random,
  ageDays: readonly number[],
  failing: readonly number[],
): number[] {
  const chances = failing.length > 0 ? 'withFailure' : 'withoutFailure';
  const count = drawIndex(random, law.plannedReplacements[chances]);
  const weights = ageDays.map((age, i) => {
    if (failing.includes(i)) return 0;
    return age <= law.visitIntervalDays ? law.freshReplacementWeight : 1;
  });
  const planned: number[] = [];
  while (planned.length < count) {
    const drawn = drawIndex(random, weights);
    planned.push(drawn);
    weights[drawn] = 0;
  }
  return planned;
}

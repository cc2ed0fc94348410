import { failuresWithin, type Judgement, type Spans } from './alert-costs.ts';
import { DAY_MS } from './component-history.ts';
import type { ComponentLife } from './component-lives.ts';

/** What replacing at a fixed age would have cost in a period. */
export interface CalendarCosts {
  readonly plannedReplacements: number;
  /** Failures younger than the interval: no calendar prevents them. */
  readonly failures: number;
  readonly cost: number;
}

/**
 * The same lives and failures as they were, with a planned replacement each time a component reached the interval's age within the
 * machine's span. A failure at a greater age counts as prevented, though the new component might have failed too: the calendar
 * gets the benefit of the doubt. So do failures of components whose age is not known: they stay failures in every plan.
 */
export function calendarCosts(
  lives: readonly ComponentLife[],
  spans: Spans,
  { intervalDays, history, costs }: Pick<Judgement, 'history' | 'costs'> & { intervalDays: number },
): CalendarCosts {
  const counted = failuresWithin(spans, history.failures);
  let plannedReplacements = 0;
  let prevented = 0;
  for (const life of lives) {
    const span = spans.get(life.machineId);
    if (span === undefined) continue;
    const ageAt = (ms: number) => Math.max(0, (ms - life.installedMs) / DAY_MS);
    const until = Math.min(ageAt(span.toMs), life.days);
    plannedReplacements += Math.max(
      0,
      timesReached(until, intervalDays) - timesReached(ageAt(span.fromMs), intervalDays),
    );
    if (life.failed && life.days > intervalDays && counted.get(life.machineId)?.includes(life.endedMs))
      prevented++;
  }
  const failures = [...counted.values()].reduce((total, own) => total + own.length, 0) - prevented;
  const cost = plannedReplacements * costs.plannedReplacement + failures * costs.unplannedFailure;
  return { plannedReplacements, failures, cost };
}

/** How often an age of whole intervals was passed on the way to this age; a component that fails just then was not replaced. */
const timesReached = (days: number, intervalDays: number): number =>
  Math.max(0, Math.ceil(days / intervalDays) - 1);

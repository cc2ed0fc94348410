import { type AlertEpisode, alertEpisodes, type Repair } from '../alerts/index.ts';
import {
  type ComponentHistory,
  HOUR_MS,
  type Instants,
  instantsWithin,
  type ReplacementCosts,
} from './component-history.ts';

/** What a model said of one component, one value a row. */
export interface ScoredCutoffs {
  readonly machineIds: readonly string[];
  /** The cutoff T, ms since 1970-01-01 UTC. */
  readonly windowEnd: ArrayLike<number>;
  readonly probability: ArrayLike<number>;
}

/** What acting on alerts would have cost: a planned replacement for each episode, a failure for each one missed. */
export interface AlertCosts {
  readonly threshold: number;
  readonly episodes: number;
  readonly caughtFailures: number;
  readonly missedFailures: number;
  readonly cost: number;
}

export interface Judgement {
  readonly component: string;
  readonly history: ComponentHistory;
  readonly costs: ReplacementCosts;
  readonly predictionWindowHours: number;
}

/** From a machine's first cutoff to its last one and the window after it, ms: when its failures count. */
export type Spans = ReadonlyMap<string, { readonly fromMs: number; readonly toMs: number }>;

export function spansOf(
  { machineIds, windowEnd }: Omit<ScoredCutoffs, 'probability'>,
  predictionWindowHours: number,
): Spans {
  const spans = new Map<string, { fromMs: number; toMs: number }>();
  machineIds.forEach((machineId, row) => {
    const toMs = windowEnd[row] + predictionWindowHours * HOUR_MS;
    const span = spans.get(machineId);
    if (span === undefined) spans.set(machineId, { fromMs: windowEnd[row], toMs });
    else span.toMs = Math.max(span.toMs, toMs);
  });
  return spans;
}

/** Failures that count, by machine. */
export const failuresWithin = (spans: Spans, failures: Instants): Instants =>
  new Map(
    [...spans].map(([machineId, { fromMs, toMs }]) => [
      machineId,
      instantsWithin(failures.get(machineId), fromMs, toMs),
    ]),
  );

export const countOf = (instants: Instants): number =>
  [...instants.values()].reduce((total, own) => total + own.length, 0);

/**
 * The episodes at a threshold and what they cost. A failure is caught by an episode that began before it and whose last alert
 * was at most the prediction window before it: (first, last + window].
 */
export function alertCosts(
  scored: ScoredCutoffs,
  threshold: number,
  { component, history, costs, predictionWindowHours }: Judgement,
): AlertCosts {
  const failures = failuresWithin(spansOf(scored, predictionWindowHours), history.failures);
  const episodes = alertEpisodes(
    alertsOf(scored, threshold, component),
    repairsOf(history.replacements, component),
  );
  const caughtFailures = countCaught(episodes, failures, predictionWindowHours * HOUR_MS);
  const missedFailures = countOf(failures) - caughtFailures;
  const cost = episodes.length * costs.plannedReplacement + missedFailures * costs.unplannedFailure;
  return { threshold, episodes: episodes.length, caughtFailures, missedFailures, cost };
}

const alertsOf = (
  { machineIds, windowEnd, probability }: ScoredCutoffs,
  threshold: number,
  component: string,
) =>
  machineIds.flatMap((machineId, row) =>
    probability[row] >= threshold ? [{ machineId, component, atMs: windowEnd[row] }] : [],
  );

const repairsOf = (replacements: Instants, component: string): Repair[] =>
  [...replacements].flatMap(([machineId, instants]) =>
    Array.from(instants, (replacedAtMs) => ({ machineId, component, replacedAtMs })),
  );

function countCaught(episodes: readonly AlertEpisode[], failures: Instants, windowMs: number): number {
  const byMachine = Map.groupBy(episodes, ({ machineId }) => machineId);
  let caught = 0;
  for (const [machineId, instants] of failures) {
    const own = byMachine.get(machineId) ?? [];
    for (const at of instants)
      if (own.some(({ firstSeenMs, lastSeenMs }) => firstSeenMs < at && at <= lastSeenMs + windowMs))
        caught++;
  }
  return caught;
}

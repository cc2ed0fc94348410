import { type AlertEpisode, hitRuns } from '../alerts/index.ts';
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
export const alertCosts = (scored: ScoredCutoffs, threshold: number, judgement: Judgement): AlertCosts =>
  alertReplay(scored, judgement)(threshold);

/** {@link alertCosts} as a function of the threshold, for those who ask for many: rows are parted by machine once. */
export function alertReplay(
  scored: ScoredCutoffs,
  { history, costs, predictionWindowHours }: Judgement,
): (threshold: number) => AlertCosts {
  const failures = failuresWithin(spansOf(scored, predictionWindowHours), history.failures);
  const machines = machinesOf(scored, { failures, replacements: history.replacements });
  const windowMs = predictionWindowHours * HOUR_MS;
  return (threshold) => {
    let [episodes, caughtFailures] = [0, 0];
    for (const machine of machines) {
      const own = hitRuns(hitsOf(machine, threshold), machine.replacements);
      episodes += own.length;
      caughtFailures += countCaught(own, machine.failures, windowMs);
    }
    const missedFailures = countOf(failures) - caughtFailures;
    const cost = episodes * costs.plannedReplacement + missedFailures * costs.unplannedFailure;
    return { threshold, episodes, caughtFailures, missedFailures, cost };
  };
}

/** What was said of a machine at its cutoffs, ascending, and what happened to it. */
interface MachineCutoffs {
  readonly windowEnd: Float64Array;
  readonly probability: Float64Array;
  readonly failures: Float64Array;
  readonly replacements: Float64Array;
}

function machinesOf(
  { machineIds, windowEnd, probability }: ScoredCutoffs,
  { failures, replacements }: ComponentHistory,
): MachineCutoffs[] {
  const none = new Float64Array(0);
  return [...Map.groupBy(machineIds.keys(), (row) => machineIds[row])].map(([machineId, rows]) => {
    rows.sort((a, b) => windowEnd[a] - windowEnd[b]);
    return {
      windowEnd: Float64Array.from(rows, (row) => windowEnd[row]),
      probability: Float64Array.from(rows, (row) => probability[row]),
      failures: failures.get(machineId) ?? none,
      replacements: replacements.get(machineId) ?? none,
    };
  });
}

function hitsOf({ windowEnd, probability }: MachineCutoffs, threshold: number): number[] {
  const hits: number[] = [];
  for (let row = 0; row < windowEnd.length; row++) {
    if (probability[row] >= threshold) hits.push(windowEnd[row]);
  }
  return hits;
}

function countCaught(
  episodes: readonly Pick<AlertEpisode, 'firstSeenMs' | 'lastSeenMs'>[],
  failures: Float64Array,
  windowMs: number,
): number {
  return failures.filter((at) =>
    episodes.some(({ firstSeenMs, lastSeenMs }) => firstSeenMs < at && at <= lastSeenMs + windowMs),
  ).length;
}

/** One hit: a model says at a cutoff that a component of a machine will fail. */
export interface Alert {
  readonly machineId: string;
  readonly component: string;
  readonly atMs: number;
}

/** A component that was replaced. */
export interface Repair {
  readonly machineId: string;
  readonly component: string;
  readonly replacedAtMs: number;
}

/** What a planner sees of hits that belong together: one matter to look into. */
export interface AlertEpisode {
  readonly machineId: string;
  readonly component: string;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly hits: number;
}

/** Hits further apart than this are two matters. */
export const QUIET_HOURS = 24;

/**
 * Merges hits of one machine and component into episodes: a hit belongs to the one before it if at most {@link QUIET_HOURS} lie
 * between and the component was not replaced in (hit before, hit]. Ordered by first hit, then machine and component; the order of
 * hits and repairs does not matter, a hit given twice counts once.
 */
export function alertEpisodes(alerts: readonly Alert[], repairs: readonly Repair[]): AlertEpisode[] {
  const repaired = Map.groupBy(repairs, keyOf);
  const episodes: AlertEpisode[] = [];
  for (const [key, own] of Map.groupBy(alerts, keyOf)) {
    const repairTimes = (repaired.get(key) ?? []).map(({ replacedAtMs }) => replacedAtMs);
    const hits = [...new Set(own.map(({ atMs }) => atMs))].sort((a, b) => a - b);
    const { machineId, component } = own[0]!;
    for (const run of hitRuns(hits, repairTimes)) episodes.push({ machineId, component, ...run });
  }
  return episodes.sort((a, b) => a.firstSeenMs - b.firstSeenMs || compareText(keyOf(a), keyOf(b)));
}

/**
 * The episodes of one component of one machine.
 * @param hits ms, ascending.
 * @param repairTimes when the component was replaced, ms, in any order.
 */
export function hitRuns(
  hits: Iterable<number>,
  repairTimes: readonly number[] | Float64Array,
): Pick<AlertEpisode, 'firstSeenMs' | 'lastSeenMs' | 'hits'>[] {
  const found: { firstSeenMs: number; lastSeenMs: number; hits: number }[] = [];
  for (const hit of hits) {
    const run = found.at(-1);
    const continues =
      run !== undefined &&
      hit - run.lastSeenMs <= QUIET_HOURS * 3_600_000 &&
      !repairTimes.some((time) => time > run.lastSeenMs && time <= hit);
    if (!continues) found.push({ firstSeenMs: hit, lastSeenMs: hit, hits: 1 });
    else Object.assign(run, { lastSeenMs: hit, hits: run.hits + 1 });
  }
  return found;
}

/** Tells apart what episodes are kept for: component and machine. */
export const keyOf = ({ machineId, component }: Pick<Alert, 'machineId' | 'component'>): string =>
  `${component} ${machineId}`;

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

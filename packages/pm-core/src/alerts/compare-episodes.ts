import { type AlertEpisode, keyOf, QUIET_HOURS } from './alert-episodes.ts';

/** What becomes of one episode when a champion gives way to a candidate. */
export interface EpisodeChange {
  readonly change: 'kept' | 'moved' | 'added' | 'dropped';
  readonly machineId: string;
  readonly component: string;
  /** Absent where the candidate adds it. */
  readonly champion?: AlertEpisode;
  /** Absent where the candidate drops it. */
  readonly candidate?: AlertEpisode;
}

/** Episodes by what becomes of them. */
export type ChangeCounts = Readonly<Record<EpisodeChange['change'], number>>;

/**
 * Pairs the episodes of two models: two of one machine and component that overlap, or lie at most {@link QUIET_HOURS} apart, are
 * the same matter: kept if their first hits are at one time, else moved. Each is paired once, in order of time. Ordered by
 * the earlier first hit.
 */
export function compareEpisodes(
  champion: readonly AlertEpisode[],
  candidate: readonly AlertEpisode[],
): EpisodeChange[] {
  const open = Map.groupBy(candidate, keyOf);
  const changes = champion.map((episode): EpisodeChange => {
    const { machineId, component } = episode;
    const others = open.get(keyOf(episode)) ?? [];
    const place = others.findIndex((other) => areNear(episode, other));
    if (place === -1) return { change: 'dropped', machineId, component, champion: episode };
    const [other] = others.splice(place, 1) as [AlertEpisode];
    const change = other.firstSeenMs === episode.firstSeenMs ? 'kept' : 'moved';
    return { change, machineId, component, champion: episode, candidate: other };
  });
  const added = [...open.values()].flat().map((episode): EpisodeChange => {
    const { machineId, component } = episode;
    return { change: 'added', machineId, component, candidate: episode };
  });
  return [...changes, ...added].sort((a, b) => startOf(a) - startOf(b));
}

/** How many episodes of each component are kept, moved, added, dropped; a component without an episode is left out. */
export function countChanges(changes: readonly EpisodeChange[]): Record<string, ChangeCounts> {
  const components = [...new Set(changes.map(({ component }) => component))].sort();
  const count = (component: string, wanted: EpisodeChange['change']) =>
    changes.filter((one) => one.component === component && one.change === wanted).length;
  return Object.fromEntries(
    components.map((component) => [
      component,
      {
        kept: count(component, 'kept'),
        moved: count(component, 'moved'),
        added: count(component, 'added'),
        dropped: count(component, 'dropped'),
      },
    ]),
  );
}

/** Share of all episodes of either model that are not kept; null without an episode. */
export const changedShare = (changes: readonly EpisodeChange[]): number | null =>
  changes.length === 0 ? null : changes.filter(({ change }) => change !== 'kept').length / changes.length;

function areNear(a: AlertEpisode, b: AlertEpisode): boolean {
  const quiet = QUIET_HOURS * 3_600_000;
  return a.firstSeenMs <= b.lastSeenMs + quiet && b.firstSeenMs <= a.lastSeenMs + quiet;
}

const startOf = ({ champion, candidate }: EpisodeChange): number =>
  Math.min(champion?.firstSeenMs ?? Infinity, candidate?.firstSeenMs ?? Infinity);

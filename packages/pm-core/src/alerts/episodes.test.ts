import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Alert,
  type AlertEpisode,
  alertEpisodes,
  changedShare,
  compareEpisodes,
  countChanges,
  QUIET_HOURS,
  type Repair,
} from './index.ts';

const HOUR = 3_600_000;
const hit = (hour: number, component = 'comp1', machineId = '1'): Alert => ({
  machineId,
  component,
  atMs: hour * HOUR,
});
const repair = (hour: number, component = 'comp1'): Repair => ({
  machineId: '1',
  component,
  replacedAtMs: hour * HOUR,
});
const spans = (episodes: readonly AlertEpisode[]) =>
  episodes.map(({ firstSeenMs, lastSeenMs, hits }) => [firstSeenMs / HOUR, lastSeenMs / HOUR, hits]);

describe('alert episodes', () => {
  it('merge hits until more than 24 h are quiet', () => {
    const hits = [0, 12, 36, 61, 73].map((hour) => hit(hour));
    expect(spans(alertEpisodes(hits, []))).toEqual([
      [0, 36, 3],
      [61, 73, 2],
    ]);
  });

  it('end with a repair of their own component: a hit at its instant is of the new one', () => {
    const hits = [0, 12, 24].map((hour) => hit(hour));
    expect(spans(alertEpisodes(hits, [repair(12)]))).toEqual([
      [0, 0, 1],
      [12, 24, 2],
    ]);
    expect(spans(alertEpisodes(hits, [repair(12, 'comp2')]))).toEqual([[0, 24, 3]]);
  });

  it('equal their definition, whatever the order of hits and repairs', () => {
    const hours = fc.integer({ min: 0, max: 20 }).map((step) => step * 6);
    const component = fc.constantFrom('comp1', 'comp2');
    const hits = fc.array(fc.tuple(hours, component).map(([hour, comp]) => hit(hour, comp)));
    const repairs = fc.array(
      fc.tuple(hours, component).map(([hour, comp]) => repair(hour, comp)),
      {
        maxLength: 3,
      },
    );
    fc.assert(
      fc.property(hits, repairs, (alerts, repaired) => {
        const episodes = alertEpisodes(alerts, repaired);
        for (const one of ['comp1', 'comp2']) {
          const own = episodes.filter((episode) => episode.component === one);
          expect(own.length).toBe(episodeCountByDefinition(alerts, repaired, one));
        }
        expect(alertEpisodes(alerts.toReversed(), repaired.toReversed())).toEqual(episodes);
        expect(alertEpisodes([...alerts, ...alerts], repaired)).toEqual(episodes);
      }),
    );
  });
});

describe('two models side by side', () => {
  const champion = alertEpisodes([hit(0), hit(12), hit(200), hit(0, 'comp2', '2')], []);

  it('keep, move, add and drop episodes', () => {
    const candidate = alertEpisodes([hit(12), hit(200), hit(400), hit(0, 'comp3', '2')], []);
    const changes = compareEpisodes(champion, candidate);
    expect(countChanges(changes)).toEqual({
      comp1: { kept: 1, moved: 1, added: 1, dropped: 0 },
      comp2: { kept: 0, moved: 0, added: 0, dropped: 1 },
      comp3: { kept: 0, moved: 0, added: 1, dropped: 0 },
    });
    expect(changedShare(changes)).toBe(0.8);
    expect(changes.map(({ change }) => change)).toEqual(['moved', 'dropped', 'added', 'kept', 'added']);
  });

  it('have nothing in common once two components are swapped', () => {
    const swap: Record<string, string> = { comp1: 'comp2', comp2: 'comp1' };
    const swapped = champion.map((episode) => ({ ...episode, component: swap[episode.component]! }));
    expect(changedShare(compareEpisodes(champion, swapped))).toBe(1);
    expect(changedShare(compareEpisodes(champion, champion))).toBe(0);
    expect(changedShare([])).toBeNull();
  });
});

/** Hours at which a new matter begins: a hit before which nothing of the same matter lies. */
function episodeCountByDefinition(alerts: readonly Alert[], repairs: readonly Repair[], component: string) {
  const own = alerts.filter((alert) => alert.component === component);
  const follows = (before: Alert, after: Alert) =>
    before.atMs < after.atMs &&
    after.atMs - before.atMs <= QUIET_HOURS * HOUR &&
    !repairs.some(
      ({ component: repaired, replacedAtMs }) =>
        repaired === component && replacedAtMs > before.atMs && replacedAtMs <= after.atMs,
    );
  const begins = own.filter((alert) => !own.some((before) => follows(before, alert)));
  return new Set(begins.map(({ atMs }) => atMs)).size;
}

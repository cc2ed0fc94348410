import { describe, expect, it } from 'vitest';
import { alertEpisodes } from '../alerts/index.ts';
import { seededRandom } from '../random.ts';
import { advise } from './advise.ts';
import { bestInterval } from './age-replacement.ts';
import { alertCosts, alertReplay, spansOf } from './alert-costs.ts';
import { calendarCosts } from './calendar-costs.ts';
import { cheapestThreshold, costCurve } from './cheapest-threshold.ts';
import { DAY_MS, HOUR_MS, instantsOf } from './component-history.ts';
import { componentLives } from './component-lives.ts';
import { fitWeibull } from './weibull.ts';

const costs = { plannedReplacement: 2, unplannedFailure: 8 };
const at = (...hours: number[]) =>
  instantsOf(hours.map((hour) => ({ machineId: 'm', atMs: hour * HOUR_MS })));
/** Probabilities of one machine every 12 h from hour 0. */
const said = (...probability: number[]) => ({
  machineIds: probability.map(() => 'm'),
  windowEnd: probability.map((_, i) => i * 12 * HOUR_MS),
  probability,
});

describe('alertCosts', () => {
  const judge = (failures: number[], scored: ReturnType<typeof said>) =>
    alertCosts(scored, 0.5, {
      history: { failures: at(...failures), replacements: at(...failures) },
      costs,
      predictionWindowHours: 48,
    });

  it('count a failure as caught from after the first alert to the window after the last, both ends as labels have them', () => {
    expect(judge([61], said(0, 1, 0, 0, 0, 0))).toMatchObject({
      caughtFailures: 0,
      missedFailures: 1,
      cost: 10,
    });
    expect(judge([60], said(0, 1, 0, 0, 0, 0))).toMatchObject({
      caughtFailures: 1,
      missedFailures: 0,
      cost: 2,
    });
    expect(judge([12], said(0, 1, 0, 0, 0, 0))).toMatchObject({ caughtFailures: 0, missedFailures: 1 });
  });

  it('leave out failures that no row could have announced', () => {
    expect(judge([0, 24 + 48 + 1], said(0, 0, 0))).toMatchObject({ missedFailures: 0, cost: 0 });
    expect(judge([24 + 48], said(0, 0, 0))).toMatchObject({ missedFailures: 1, cost: 8 });
  });
});

describe('alertReplay', () => {
  it('counts the episodes that planners are shown, whatever the order of the rows', () => {
    const random = seededRandom(5);
    const rows = Array.from({ length: 300 }, (_, i) => ({
      machineId: `m${i % 3}`,
      windowEnd: 12 * HOUR_MS * Math.floor(i / 3),
      probability: random(),
    })).sort(() => random() - 0.5);
    const replacements = instantsOf(
      Array.from({ length: 30 }, (_, i) => ({ machineId: `m${i % 3}`, atMs: 1200 * HOUR_MS * random() })),
    );
    const scored = {
      machineIds: rows.map(({ machineId }) => machineId),
      windowEnd: rows.map(({ windowEnd }) => windowEnd),
      probability: rows.map(({ probability }) => probability),
    };
    const replay = alertReplay(scored, {
      history: { failures: new Map(), replacements },
      costs,
      predictionWindowHours: 24,
    });
    for (const threshold of [0, 0.3, 0.6, 0.9, 1]) {
      const hits = rows.filter(({ probability }) => probability >= threshold);
      const shown = alertEpisodes(
        hits.map(({ machineId, windowEnd }) => ({ machineId, component: 'comp1', atMs: windowEnd })),
        [...replacements].flatMap(([machineId, instants]) =>
          Array.from(instants, (replacedAtMs) => ({ machineId, component: 'comp1', replacedAtMs })),
        ),
      );
      expect(replay(threshold)).toMatchObject({ episodes: shown.length, cost: 2 * shown.length });
    }
  });
});

describe('cheapestThreshold', () => {
  it('lies between planted false and true alerts, and not below planned / failure', () => {
    const quiet: number[] = Array.from({ length: 40 }, (_, i) => (i % 5 === 0 ? 0.4 : 0.1));
    const judgement = {
      history: { failures: at(20 * 12 + 6), replacements: at(20 * 12 + 6) },
      costs,
      predictionWindowHours: 24,
    };
    const scored = said(...quiet.with(20, 0.8));
    const best = cheapestThreshold(scored, judgement);
    expect(best).toMatchObject({ episodes: 1, caughtFailures: 1, cost: 2 });
    expect(best.threshold).toBeGreaterThan(0.4);
    expect(best.threshold).toBeLessThanOrEqual(0.8);
    const curve = costCurve(scored, judgement);
    expect(curve[0]?.threshold).toBe(0.25);
    expect(curve.at(-1)).toMatchObject({ threshold: 1, episodes: 0, cost: 8 });
  });
});

describe('componentLives', () => {
  it('run from replacement to replacement, failed where a failure ends them, the last one open', () => {
    const days = (...list: number[]) => at(...list.map((day) => day * 24));
    const lives = componentLives({ replacements: days(0, 10, 30), failures: days(10) }, 45 * DAY_MS);
    expect(lives.map(({ days, failed }) => [days, failed])).toEqual([
      [10, true],
      [20, false],
      [15, false],
    ]);
  });
});

describe('fitWeibull', () => {
  it('finds the planted law, a third of the lives being cut short', () => {
    const random = seededRandom(2);
    const lives = Array.from({ length: 5000 }, () => {
      const days = 150 * (-Math.log(1 - random())) ** (1 / 3);
      const seen = 60 + 200 * random();
      return { days: Math.min(days, seen), failed: days <= seen };
    });
    const law = fitWeibull(lives);
    expect(law?.shape).toBeCloseTo(3, 0);
    expect(Math.abs((law?.scaleDays ?? 0) - 150)).toBeLessThan(4);
  });

  it('has the closed form of the exponential where the shape is 1: all days over all failures', () => {
    const random = seededRandom(3);
    const lives = Array.from({ length: 20_000 }, () => ({
      days: -100 * Math.log(1 - random()),
      failed: true,
    }));
    const law = fitWeibull(lives);
    const mean = lives.reduce((sum, { days }) => sum + days, 0) / lives.length;
    expect(Math.abs((law?.shape ?? 0) - 1)).toBeLessThan(0.02);
    expect((law?.scaleDays ?? 0) / mean).toBeCloseTo(1, 2);
  });

  it('says nothing of four failures', () => {
    expect(fitWeibull([1, 2, 3, 4].map((days) => ({ days, failed: true })))).toBeUndefined();
  });
});

describe('bestInterval', () => {
  it('is the published optimum for shape 3, scale 150 d, planned 2, failure 8', () => {
    const best = bestInterval({ shape: 3, scaleDays: 150 }, costs);
    expect(best?.intervalDays).toBeCloseTo(83.12, 0);
    expect(best?.costPerDay).toBeCloseTo(0.03685, 6);
    expect(best?.runToFailurePerDay).toBeCloseTo(0.059725, 6);
  });

  it('says that the calendar cannot help what does not wear out', () => {
    expect(bestInterval({ shape: 1, scaleDays: 150 }, costs)).toBeUndefined();
    expect(bestInterval({ shape: 0.7, scaleDays: 150 }, costs)).toBeUndefined();
    expect(bestInterval({ shape: 3, scaleDays: 150 }, { ...costs, plannedReplacement: 8 })).toBeUndefined();
  });
});

describe('calendarCosts', () => {
  it('replace at each whole interval and keep the failures that come sooner', () => {
    const history = {
      replacements: at(0, 100 * 24, 150 * 24),
      failures: at(100 * 24, 130 * 24, 150 * 24),
    };
    const lives = componentLives(history, 200 * DAY_MS);
    const scored = { machineIds: ['m', 'm'], windowEnd: [0, 199 * DAY_MS] };
    const spans = spansOf(scored, 24);
    expect(calendarCosts(lives, spans, { intervalDays: 40, history, costs })).toEqual({
      // Two in the life of 100 d, none in 30 d and 20 d, one in the last 50 d; of the failures that at 100 d is prevented.
      plannedReplacements: 3,
      failures: 2,
      cost: 22,
    });
  });
});

describe('advise', () => {
  const risk = (component: string, probability: number, threshold: number, unplannedFailure = 8) => ({
    component,
    probability,
    threshold,
    costs: { plannedReplacement: 2, unplannedFailure },
  });

  it('names the component above its threshold that saves most', () => {
    expect(advise([risk('comp1', 0.6, 0.5), risk('comp2', 0.5, 0.5, 20), risk('comp3', 0.9, 0.95)])).toEqual({
      component: 'comp2',
      threshold: 0.5,
      action: 'replace comp2',
      expectedSaving: 8,
    });
  });

  it('does nothing below every threshold', () => {
    expect(advise([risk('comp1', 0.1, 0.5), risk('comp2', 0.4, 0.6)])).toEqual({
      component: 'comp2',
      threshold: 0.6,
      action: 'none',
      expectedSaving: 0,
    });
  });
});

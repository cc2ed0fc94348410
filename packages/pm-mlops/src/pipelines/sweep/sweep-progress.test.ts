import type { SearchSpace, TrialResult } from 'pm-core/tune';
import { describe, expect, it } from 'vitest';
import type { LiveView } from '../base/context.ts';
import { followSweep } from './sweep-progress.ts';
import type { FinishedTrial } from './sweep-table.ts';

const space: SearchSpace = {
  algorithm: { choice: { forest: { trees: 200, subsample: { uniform: [0, 1] } }, boosting: {} } },
};
const settings = { evaluations: 20, metric: 'roc-auc' as const, space };
const VALUES = { algorithm: 'forest', trees: 200, subsample: 0.123456 };
const ending = (loss: number, isPruned = false): TrialResult => ({
  values: VALUES,
  loss,
  steps: [loss],
  isPruned,
});

function follow(finished: ReadonlyMap<number, FinishedTrial> = new Map(), folds = 2) {
  const told: { fraction: number; detail: string; live: LiveView }[] = [];
  let nowMs = 0;
  const progress = followSweep(
    { settings, folds, finished },
    {
      nowMs: () => nowMs,
      report: (fraction, detail, live) => void told.push({ fraction, detail: detail!, live: live! }),
    },
  );
  const run = async (number: number, result: TrialResult, seconds = 1) => {
    await progress.watch({ number, values: VALUES, report: () => false }, async ({ report }) => {
      nowMs += seconds * 1000;
      result.steps.forEach(report);
    });
    progress.add(number, result);
  };
  return { progress, told, run, tick: (ms: number) => (nowMs += ms) };
}

describe('a sweep that is followed', () => {
  it('shows the five best that ran to their end, what is at work, and a count of all', async () => {
    const { told, run, progress, tick } = follow();
    for (const [number, loss] of [0.3, 0.1, 0.5, 0.3, 0.2, 0.4].entries())
      await run(number, ending(loss), number);
    await run(6, ending(0.01, true));
    await run(7, ending(Number.POSITIVE_INFINITY));
    await progress.watch({ number: 8, values: VALUES, report: () => false }, async ({ report }) => {
      report(0.25);
      tick(1500);
      expect(told.at(-1)!.live.lines()).toEqual([
        'rank  evaluation  roc-auc  seconds  parameters',
        '   1           1   0.9000      1.0  forest subsample=0.123',
        '   2           4   0.8000      4.0  forest subsample=0.123',
        '   3           0   0.7000      0.0  forest subsample=0.123',
        '   4           3   0.7000      3.0  forest subsample=0.123',
        '   5           5   0.6000      5.0  forest subsample=0.123',
        ' now           8   0.7500      1.5  fold 2 of 2: forest subsample=0.123',
        'Of 20: 6 done, 1 given up early, 1 failed, 1 at work, 11 to come',
      ]);
    });
    expect(told.at(-1)).toMatchObject({
      fraction: 8.5 / 20,
      detail: '8/20, best roc-auc 0.9000 (evaluation 1: forest)',
    });
  });

  it('has news where there is a new best, and with each tenth of the evaluations', async () => {
    const { told, run } = follow();
    for (let number = 0; number < 20; number++) await run(number, ending(number === 4 ? 0.1 : 0.2));
    const news = told.filter(({ live }) => live.isNews).map(({ detail }) => Number.parseInt(detail, 10));
    expect(news).toEqual([1, 2, 4, 5, 6, 8, 10, 12, 14, 16, 18, 20]);
  });

  it('reckons the time left from the evaluations of its own, not from those that were done before', async () => {
    const done = new Map(
      Array.from({ length: 10 }, (_, number) => [number, { result: ending(0.5), seconds: 7 }]),
    );
    const { told, run, progress } = follow(done, 1);
    await progress.watch({ number: 10, values: VALUES, report: () => false }, async () => {});
    expect(told.at(-1)).toMatchObject({ fraction: 0.5, live: { leftMs: undefined } });
    await run(10, ending(0.4), 3);
    expect(told.at(-1)).toMatchObject({ fraction: 11 / 20, live: { leftMs: 27_000 } });
    expect(progress.doneCount()).toBe(11);
  });
});

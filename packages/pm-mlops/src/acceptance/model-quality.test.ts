import type { Evaluation } from 'pm-core/metrics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ceilingOf } from './testing/ceiling.ts';
import type { TrainDocument } from './testing/documents.ts';
import { createWorkplace, type Workplace } from './testing/workplace.ts';

const FLEET = { machines: 100, hours: 8761, seed: 42, start: '2015-01-01T06:00:00' };
const SPLIT = { trainUntil: '2015-08-31T18:00:00', testFrom: '2015-09-08T06:00:00' };
const COMMON = { simulate: FLEET, split: SPLIT, model: { trees: 40 }, evaluate: { permutationRows: 500 } };

let place: Workplace;
beforeAll(async () => {
  place = createWorkplace({
    week: COMMON,
    half: { ...COMMON, predictionWindowHours: 84 },
  });
  await place.json('ingest', '--config', 'config/week.yaml');
}, 60_000);
afterAll(() => place.remove());

const train = async (workflow: string): Promise<Evaluation> =>
  (await place.json<TrainDocument>('train', '--config', `config/${workflow}.yaml`)).evaluation;

describe('a forest trained on the failures of the next seven days', () => {
  let forest: Evaluation;
  beforeAll(async () => {
    forest = await train('week');
  }, 60_000);

  it('finds at least 90 % of what there is to find', async () => {
    const best = await ceilingOf(place.path('lake'), { testFrom: SPLIT.testFrom, windowHours: 168 });
    expect(best.rowCount).toBe(forest.rowCount);
    expect(forest.macro.f1! / best.macro.f1!).toBeGreaterThanOrEqual(0.9);
  });

  it('warns of nine failures in ten 12 to 36 h before, and is right four times in five', () => {
    const bands = forest.byHoursToFailure.filter(
      ({ fromHours, toHours }) => fromHours >= 12 && toHours <= 36,
    );
    const rows = bands.reduce((sum, { rowCount }) => sum + rowCount, 0);
    const found = bands.reduce((sum, { rowCount, recall }) => sum + rowCount * recall!, 0);
    expect(rows).toBeGreaterThan(50);
    expect(found / rows).toBeGreaterThanOrEqual(0.9);
    expect(forest.alarmPrecision).toBeGreaterThanOrEqual(0.8);
  });
});

it('a forest trained on the next 84 h surpasses the recall 0.275 and F1 0.423 of the reference', async () => {
  const { macro } = await train('half');
  expect(macro.recall).toBeGreaterThan(0.275);
  expect(macro.f1).toBeGreaterThan(0.423);
});

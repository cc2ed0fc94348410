import { expect, it } from 'vitest';
import type { Run } from '../mlflow/index.ts';
import { registered, type TrainDocument } from './testing/documents.ts';
import { smallWorkflow } from './testing/small-fleet.ts';
import { workplaceForTest } from './testing/workplace.ts';

const CONFIG = ['--config', 'config/small.yaml'];

it('boosted trees are trained, certified, promoted and scored with by the same commands as a forest', async () => {
  const place = workplaceForTest({ small: smallWorkflow({ trees: 1 }) });
  await place.json('ingest', ...CONFIG);
  const trained = await place.json<TrainDocument>('train', ...CONFIG, '--algorithm', 'gradient-boosting');
  expect(await registered(place)).toEqual({ 1: 'Staging challenger' });
  expect(trained.evaluation.accuracy).toBeGreaterThan(0.5);

  const run = await place.json<Run>('runs', 'show', trained.trackingRunId, ...CONFIG);
  expect(run.params).toMatchObject({ 'model.algorithm': 'gradient-boosting', 'model.learningRate': '0.1' });
  const { rounds_kept: kept, validation_log_loss: loss } = run.metrics;
  expect(kept).toBeGreaterThan(0);
  expect(loss).toBeGreaterThan(0);

  await place.json('promote', ...CONFIG);
  expect(await registered(place)).toEqual({ 1: 'Production champion' });
  expect((await place.pm('score', ...CONFIG)).code).toBe(0);
});

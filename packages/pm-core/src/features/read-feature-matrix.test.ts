import { expect, it } from 'vitest';
import { openDuckDb } from '../engine/index.ts';
import { readFeatureMatrix } from './read-feature-matrix.ts';

it('a feature matrix has float32 columns in the order of the names, NaN for null, −1 for no label', async () => {
  const engine = await openDuckDb({ threads: 1 });
  const select = `SELECT * FROM (VALUES ('007', TIMESTAMP '2015-01-01 06:00:00', 0.1, NULL, 3),
    ('10', TIMESTAMP '2015-01-01 18:00:00', NULL, 2.5, NULL)) t(machine_id, window_end, a, b, label)`;
  const rows = await readFeatureMatrix(engine, select, ['b', 'a']);
  engine.close();
  expect(rows.matrix).toEqual({
    featureNames: ['b', 'a'],
    rowCount: 2,
    columns: [Float32Array.of(Number.NaN, 2.5), Float32Array.of(Math.fround(0.1), Number.NaN)],
  });
  expect(rows.machineIds).toEqual(['007', '10']);
  expect([...rows.windowEnd]).toEqual([Date.UTC(2015, 0, 1, 6), Date.UTC(2015, 0, 1, 18)]);
  expect([...rows.label]).toEqual([3, -1]);
});

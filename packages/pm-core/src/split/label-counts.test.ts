import { expect, it } from 'vitest';
import { openDuckDb } from '../engine/index.ts';
import { readLabelCounts } from './label-counts.ts';

it('labelled rows are counted by cutoff and label, rows without a label not at all', async () => {
  const engine = await openDuckDb({ threads: 1 });
  await engine.defineQuery(
    'labeled_features',
    `SELECT TIMESTAMP '2015-01-01 06:00:00' + INTERVAL (12 * step) HOUR AS window_end, label
     FROM (VALUES (1, 0), (0, 4), (1, NULL), (0, 0), (1, 0), (2, NULL)) t(step, label)`,
  );
  const counts = await readLabelCounts(engine);
  engine.close();
  expect(counts).toEqual([
    { windowEnd: '2015-01-01T06:00:00', label: 0, rows: 1 },
    { windowEnd: '2015-01-01T06:00:00', label: 4, rows: 1 },
    { windowEnd: '2015-01-01T18:00:00', label: 0, rows: 2 },
  ]);
});

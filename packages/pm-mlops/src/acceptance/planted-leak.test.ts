import { expect, it, vi } from 'vitest';
import { registered, runsOf } from './testing/documents.ts';
import { smallWorkflow } from './testing/small-fleet.ts';
import { workplaceForTest } from './testing/workplace.ts';

/** The feature that is planted: the mean of the twelve hours after the cutoff, where the name says before. */
const LEAKY = 'volt_mean_12h';

vi.mock(import('../../../pm-core/src/features/features-select.ts'), async (importOriginal) => {
  const { featuresSelect } = await importOriginal();
  return {
    featuresSelect: (...request) =>
      `SELECT * REPLACE (lead(${LEAKY}) OVER (PARTITION BY machine_id ORDER BY window_end) AS ${LEAKY})
       FROM (${featuresSelect(...request)})`,
  };
});

it('a feature that sees the future ends the training: named, its run FAILED, no model registered', async () => {
  const place = workplaceForTest({ small: smallWorkflow({ trees: 3, maxDepth: 4 }) });
  const config = 'config/small.yaml';
  await place.json('ingest', '--config', config);
  const { code, out } = await place.pm('train', '--config', config, '--json');
  const { error } = JSON.parse(out);
  expect([code, error.code]).toEqual([1, 'leak-found']);
  expect(error.message).toMatch(
    new RegExp(`^\\d+ of 20 probed rows changed when only their future was changed: ${LEAKY}\\.$`),
  );
  const [run] = await runsOf(place, config);
  expect(run).toMatchObject({ status: 'FAILED', endTimeMs: expect.any(Number) });
  expect(await registered(place)).toEqual({});
});

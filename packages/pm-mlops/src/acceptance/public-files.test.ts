import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { exported, registered, runsOf } from './testing/documents.ts';
import { workplaceForTest } from './testing/workplace.ts';

/** Twelve machines for ninety days: all of it before the default split. */
const FOLDER = resolve(import.meta.dirname, '../../../../../shared/data/azure-pdm');

it.skipIf(!existsSync(FOLDER))(
  'trains on the public files by the fallback split, and scores them',
  async () => {
    const split = { trainUntil: '2015-08-31T18:00:00', testFrom: '2015-09-08T06:00:00' };
    const place = workplaceForTest({ small: { split, model: { trees: 20 } } });
    const job = (name: string, ...words: string[]) =>
      place.pm('jobs', 'run', name, '--param', 'WORKFLOW=small', ...words);

    const training = await job('training', '--param', `SOURCE=${FOLDER}`);
    expect([training.code, training.err]).toEqual([0, expect.not.stringContaining('simulate')]);
    expect(training.out).toContain(
      'Split: trained until 2015-02-23T18:00:00, tested from 2015-03-02T18:00:00: ',
    );
    expect(training.out).toMatch(/comp3: not enough evidence \(0 test failures, 20 needed for a verdict\)/);
    expect(await registered(place)).toEqual({ 1: 'Production champion' });
    const [run] = await runsOf(place, 'config/small.yaml');
    expect(run!.params).toMatchObject({ split_source: 'fallback', test_from: '2015-03-02T18:00:00' });
    expect(run!.tags['pm.split_reason']).toMatch(/^no labelled row from testFrom 2015-09-08T06:00:00, so /);
    // A component without a test row has no recall: not 0, not NaN.
    expect(Object.keys(run!.metrics).filter((name) => name.startsWith('test_recall_comp'))).toEqual(
      ['comp1', 'comp2', 'comp4'].map((name) => `test_recall_${name}`),
    );

    const scoring = await job('batch-scoring');
    expect(scoring.code).toBe(0);
    const predictions = await exported(place, 'predictions');
    expect(new Set(predictions.map((row) => row.machine_id)).size).toBe(12);
    // Everything is scored, the last week without labels too.
    expect(predictions.at(-1)!.window_end! > '2015-03-24T18:00:00').toBe(true);
  },
);

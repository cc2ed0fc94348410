import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JobDocument, TrainDocument } from './testing/documents.ts';
import { refusal } from './testing/refusal.ts';
import { SMALL_TABLE, writeSmallTable } from './testing/small-table.ts';
import { type Workplace, workplaceForTest } from './testing/workplace.ts';

const CONFIG = ['--config', 'config/sites.yaml'];

/** A workplace with the three files of {@link writeSmallTable} in `data`. */
function tablePlace(changes: object = {}): Workplace {
  const place = workplaceForTest({ sites: { ...SMALL_TABLE, ...changes } });
  writeSmallTable(place.path('data'));
  return place;
}

const runJob = (place: Workplace, name: string, source?: string) =>
  place.json<JobDocument>(
    ...['jobs', 'run', name, '--param', 'WORKFLOW=sites'],
    ...(source === undefined ? [] : ['--param', `SOURCE=${source}`]),
  );

const rowsOf = async (place: Workplace, table: string) =>
  place.json<Record<string, unknown>[]>('tables', 'export', table, ...CONFIG);

describe('a workflow of plain tables', () => {
  it('is trained, promoted and scored with by the jobs of a fleet, whose lake it leaves alone', async () => {
    const place = tablePlace();
    const training = await runJob(place, 'training', 'data');
    expect(training.tasks.map(({ taskKey, state }) => `${taskKey} ${state}`)).toEqual(
      ['ingest', 'features', 'train', 'evaluate', 'promote'].map((key) => `${key} SUCCESS`),
    );
    const trained = training.tasks[2]!.json as unknown as TrainDocument & { metrics: Record<string, number> };
    expect(trained.evaluation.classes).toEqual(['0', '1']);
    expect(trained.evaluation.rocAuc).toBeGreaterThan(0.95);
    expect(trained.metrics.test_roc_auc_grouped).toBeGreaterThan(0.9);
    expect(place.manifest()).toBeUndefined();
    expect(place.files('lake/sites')).toContain('lake.json');

    const scoring = await runJob(place, 'batch-scoring');
    expect(scoring.exitCode).toBe(0);
    const predictions = await rowsOf(place, 'predictions');
    expect(predictions).toHaveLength(3 * 132);
    expect(Object.keys(predictions[0]!)).toContain('probability_1');
    expect(predictions[0]).toMatchObject({ source: 'north-1.csv', line: 2, model_version: '1' });
  });

  it('scores another file of the same columns, which need not tell what is to be told', async () => {
    const place = tablePlace();
    await runJob(place, 'training', 'data');
    writeFileSync(
      place.path('other.csv'),
      'is_north;temperature c;Flow L/min\n1;21;9.5\n1;21;0.5\n0;;9.5\n0;21;warm\n0;22;0.5\n',
    );
    const scoring = await runJob(place, 'batch-scoring', 'other.csv');
    expect(scoring.tasks.at(-1)!.json).toMatchObject({
      scoredRows: 4,
      predicted: { 0: 2, 1: 2 },
      rejected: [{ line: 5, reason: 'flow_l_min is not a finite number' }],
    });
    const scored = await rowsOf(place, 'predictions');
    expect(scored.map((row) => [row.line, row.predicted_class])).toEqual([
      [2, '1'],
      [3, '0'],
      [4, '0'],
      [6, '1'],
    ]);
    expect(scored[0]!.source).toBe(place.path('other.csv'));

    writeFileSync(place.path('narrow.csv'), 'is_north,temperature_c\n1,21\n');
    expect(await refusal(place, ['score', ...CONFIG, '--source', 'narrow.csv'])).toMatchObject({
      code: 'missing-column',
      message: expect.stringContaining('narrow.csv has no column flow_l_min'),
    });
    writeFileSync(place.path('comma.csv'), 'is_north;temperature_c;flow_l_min\n1;21,5;9,5\n');
    expect(await refusal(place, ['score', ...CONFIG, '--source', 'comma.csv'])).toMatchObject({
      code: 'no-usable-row',
      message: expect.stringContaining('None of 1 rows can be scored; the first: '),
    });
    expect(await rowsOf(place, 'predictions')).toEqual(scored);
  });

  it('is trained to the same bytes by the same rows, and the gate draws rows to hold another model against it', async () => {
    const place = tablePlace();
    await runJob(place, 'training', 'data');
    const again = await runJob(place, 'training', 'data');
    const kept = { keptVersion: '1', moved: false };
    expect(again.tasks.at(-1)!.json).toMatchObject({
      ...kept,
      reason: expect.stringContaining('the same model'),
    });
    await place.json('train', ...CONFIG, '--algorithm', 'decision-tree');
    expect(await place.json('promote', ...CONFIG)).toMatchObject({
      moved: true,
      reason: expect.stringMatching(
        /^it is not worse: ROC AUC .* on the same 80 rows .* 1,000 draws of 80 rows/,
      ),
    });

    // Another draw: today's test rows are rows that the champion was trained on.
    place.writeWorkflow('sites', { ...SMALL_TABLE, split: { seed: 7 } });
    await place.json('train', ...CONFIG);
    const redrawn = await place.json<{ reason: string }>('promote', ...CONFIG);
    expect(redrawn).toMatchObject({
      keptVersion: '3',
      moved: false,
      reason: expect.stringContaining("version 3 was trained on other rows than today's"),
    });
  });

  it('lists rows that it cannot read, and takes no file of which too many are such', async () => {
    const place = tablePlace();
    const south = place.path('data/south.csv');
    writeFileSync(south, `${readFileSync(south, 'utf8')}3;;20;\n3;;20\n;;20;1\n`);
    await refusal(place, ['ingest', ...CONFIG, '--source', 'data']);
    place.writeWorkflow('sites', { ...SMALL_TABLE, ingest: { maxRejectedFraction: 0.1 } });
    const { rejects } = await place.json<{ rejects: unknown }>('ingest', ...CONFIG, '--source', 'data');
    expect(rejects).toEqual([
      { source: 'south.csv', reason: '3 cells instead of 4', count: 1, firstLine: 135 },
      { source: 'south.csv', reason: 'wear is empty', count: 1, firstLine: 136 },
    ]);
    // An empty cell of a feature is a null, not a fault.
    expect((await rowsOf(place, 'samples')).at(-1)).toMatchObject({ line: 134, flow_l_min: null });
  });

  it('says what to do where its rows are nowhere', async () => {
    const place = workplaceForTest({
      sites: SMALL_TABLE,
      remote: { ...SMALL_TABLE, source: 'http://127.0.0.1:9/tables', files: [{ name: 'south.csv' }] },
    });
    expect((await refusal(place, ['ingest', ...CONFIG])).next).toContain('SOURCE=');
    const unreachable = await refusal(place, ['ingest', '--config', 'config/remote.yaml']);
    expect(unreachable).toMatchObject({ code: 'download-failed', next: expect.stringContaining('SOURCE=') });
    expect((await refusal(place, ['train', ...CONFIG])).code).toBe('no-samples');
    expect((await refusal(place, ['simulate', ...CONFIG])).code).toBe('not-a-fleet');
  });

  it('refuses a file that names a column twice or learns from its target', async () => {
    const place = workplaceForTest({
      twice: { ...SMALL_TABLE, features: ['a', 'a'] },
      target: { ...SMALL_TABLE, features: ['a', 'wear'] },
    });
    expect((await refusal(place, ['ingest', '--config', 'config/twice.yaml'])).message).toContain(
      'a is there twice',
    );
    expect((await refusal(place, ['ingest', '--config', 'config/target.yaml'])).message).toContain(
      'wear is the target',
    );
  });
});

import { CLASSES, COMPONENTS, DICTIONARY } from 'pm-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getRun, openArtifacts, openTracking } from '../mlflow/index.ts';
import { exported, registered, runsOf } from './testing/documents.ts';
import { smallWorkflow } from './testing/small-fleet.ts';
import { createWorkplace, ENVIRONMENT, type Said, type Workplace } from './testing/workplace.ts';

const WEAK = 'config/weak.yaml';
const STRONG = 'config/strong.yaml';

let place: Workplace;
beforeAll(() => {
  place = createWorkplace({
    weak: { ...smallWorkflow({ trees: 1, maxDepth: 1 }), name: 'pumps' },
    strong: { ...smallWorkflow({ trees: 20, maxDepth: 10 }), name: 'pumps' },
  });
});
afterAll(() => place.remove());

const train = (workflow: string, ...words: string[]) =>
  place.pm('jobs', 'run', 'training', '--param', `WORKFLOW=${workflow}`, ...words);
const score = (workflow: string, ...words: string[]) =>
  place.pm('jobs', 'run', 'batch-scoring', '--param', `WORKFLOW=${workflow}`, ...words);

describe('a first training', () => {
  let said: Said;
  beforeAll(async () => {
    said = await train('weak');
  });

  it('ends with exit code 0 and says what it did', () => {
    expect([said.code, said.err]).toEqual([0, expect.stringContaining('── promote')]);
    expect(said.out).toContain('macro F1');
    expect(said.out).toContain('Version 1 of pumps is in Production: there is no champion yet');
    for (const task of ['ingest', 'features', 'train', 'evaluate', 'promote']) {
      expect(said.out).toMatch(new RegExp(`^${task} +\\d+\\.\\d +SUCCESS`, 'm'));
    }
  });

  it('leaves version 1 in Production with the alias champion and nobody in Staging', async () => {
    expect(await registered(place)).toEqual({ 1: 'Production champion' });
  });

  it('is what an evaluation judges where nothing waits in Staging', async () => {
    const { code, out } = await place.pm('evaluate', '--config', WEAK);
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('pumps version 1 on rows from 2015-02-27T18:00:00'),
    ]);
  });

  it('is not taken out of Production by a promotion to Staging', async () => {
    const { code, out } = await place.pm('promote', '--config', WEAK, '--version', '1', '--stage', 'Staging');
    expect([code, out]).toEqual([
      3,
      'Kept none in Staging, not version 1: version 1 is in Production and leaves it when another takes its place.\n',
    ]);
    expect(await registered(place)).toEqual({ 1: 'Production champion' });
  });

  it('leaves one finished run with params, metrics, tags and both datasets', async () => {
    const runs = await runsOf(place, WEAK);
    expect(runs.map(({ status }) => status)).toEqual(['FINISHED']);
    const { params, metrics, tags, datasets } = runs[0]!;
    expect(params).toMatchObject({
      'model.algorithm': 'random-forest',
      'model.trees': '1',
      prediction_window_hours: '168',
      split_source: 'config',
      train_until: '2015-02-20T18:00:00',
      test_from: '2015-02-27T18:00:00',
      machines: '20',
    });
    for (const name of ['accuracy', 'macro_f1', 'macro_recall', 'macro_precision', 'roc_auc', 'log_loss']) {
      expect(metrics).toHaveProperty(`test_${name}`, expect.any(Number));
    }
    for (const component of COMPONENTS) expect(metrics).toHaveProperty(`test_recall_${component}`);
    expect(metrics).toMatchObject({ leak_probe_rows: 20, leak_probe_leaked_rows: 0 });
    expect(tags).toMatchObject({ 'mlflow.user': 'planner', 'mlflow.source.name': 'pm train' });
    expect(datasets.map(({ name, context }) => [name, context])).toEqual([
      ['labeled_features', 'training'],
      ['labeled_features', 'testing'],
    ]);
    for (const { digest } of datasets) expect(digest).toMatch(/^[0-9a-f]{32}$/);
  });

  it('leaves the evaluation as files of the run', async () => {
    const [listed] = await runsOf(place, WEAK);
    const { client, close } = await openTracking({ environment: ENVIRONMENT, cwd: place.directory });
    const { artifactUri } = await getRun(client, listed!.runId);
    const files = await openArtifacts(client, artifactUri).list('evaluation');
    await close();
    expect(files.map(({ path }) => path)).toEqual(
      [
        'confusion_matrix.csv',
        'evaluation.json',
        'evaluation.txt',
        'feature_importances.csv',
        'parity_certificate.json',
        'report.html',
      ].map((name) => `evaluation/${name}`),
    );
    expect(files.every(({ sizeBytes }) => sizeBytes! > 0)).toBe(true);
  });
});

describe('a second, identical training', () => {
  it('is kept out: exit code 0 of the job, version 1 stays', async () => {
    const { code, out } = await train('weak');
    expect(code).toBe(0);
    expect(out).toContain('Kept version 1 in Production, not version 2: it is the same model as version 1.');
    expect(out).toMatch(/promote .*SUCCESS.*kept version 1/);
    expect(await registered(place)).toEqual({ 2: 'Staging challenger', 1: 'Production champion' });
  });

  it('makes pm promote say no with exit code 3', async () => {
    const { code, out } = await place.pm('promote', '--config', WEAK, '--json');
    expect([code, JSON.parse(out)]).toEqual([
      3,
      expect.objectContaining({ promote: false, moved: false, version: '2', keptVersion: '1' }),
    ]);
  });
});

describe('a better model', () => {
  it('replaces the champion, which is archived', async () => {
    const { code, out } = await train('strong');
    expect(code).toBe(0);
    expect(out).toMatch(
      /Version 3 of pumps is in Production: it is better: macro F1 0\.\d+ against 0\.\d+ on the same/,
    );
    expect(await registered(place)).toEqual({ 3: 'Production champion', 2: 'Archived', 1: 'Archived' });
  });

  it('is not replaced by a worse one', async () => {
    const { code, out } = await train('weak');
    expect(code).toBe(0);
    expect(out).toContain('Kept version 3 in Production, not version 4: it is worse');
    expect(await registered(place)).toMatchObject({ 4: 'Staging challenger', 3: 'Production champion' });
  });
});

describe('batch scoring', () => {
  const withoutTime = (rows: Record<string, string>[]) => rows.map(({ scored_at: _at, ...row }) => row);
  let said: Said;
  let first: Record<string, string>[];
  beforeAll(async () => {
    said = await score('strong');
    first = await exported(place, 'predictions');
  });

  it('prints the machines by risk and where the results are', () => {
    expect(said.code).toBe(0);
    expect(said.out).toMatch(/machine +window end +component +probability +any failure +predicted/);
    const risks = [...said.out.matchAll(/^(\d+) +2015-03-25T06:00:00 +comp[1-4] +0\.\d{3} +(0\.\d{3})/gm)];
    expect(risks.map(([, machine]) => Number(machine)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    const anyFailure = risks.map(([, , share]) => Number(share));
    expect(anyFailure).toEqual(anyFailure.toSorted((a, b) => b - a));
    expect(said.out).toContain(`Results: table predictions in ${place.path('lake')}`);
  });

  it('writes exactly the columns of the dictionary, one row a machine and window', async () => {
    expect(Object.keys(first[0]!)).toEqual(DICTIONARY.predictions.columns.map(({ name }) => name));
    const keys = new Set(first.map((row) => `${row.machine_id} ${row.window_end} ${row.model_version}`));
    const features = await place.json<{ rowCount: number }>('tables', 'show', 'features');
    expect([first.length, keys.size]).toEqual([features.rowCount, features.rowCount]);
  });

  it('gives each row probabilities that sum to 1, the predicted component the greatest, and its model', () => {
    for (const row of first) {
      const probabilities = CLASSES.map((name) => Number(row[`probability_${name}`]));
      expect(probabilities.reduce((sum, one) => sum + one)).toBeCloseTo(1, 6);
      expect(row.predicted_component).toBe(CLASSES[probabilities.indexOf(Math.max(...probabilities))]);
      expect(row).toMatchObject({ model_name: 'pumps', model_version: '3' });
    }
  });

  it('gives the same rows again, only scored_at apart', async () => {
    expect((await score('strong')).code).toBe(0);
    expect(withoutTime(await exported(place, 'predictions'))).toEqual(withoutTime(first));
  });

  it("leaves another version's rows in place", async () => {
    await place.json('score', '--config', STRONG, '--model', 'models:/pumps/1');
    const rows = withoutTime(await exported(place, 'predictions'));
    expect(rows.filter((row) => row.model_version === '3')).toEqual(withoutTime(first));
    expect(rows.filter((row) => row.model_version === '1')).toHaveLength(first.length);
  });

  it('touches only the rows of its period', async () => {
    const before = await exported(place, 'predictions');
    const [from, to] = ['2015-02-01T06:00:00', '2015-02-03T06:00:00'];
    // Whole seconds apart, so that scored_at shows who was written again.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const { scoredRows } = await place.json<{ scoredRows: number }>(
      ...['score', '--config', STRONG, '--from', from, '--to', to],
    );
    const after = await exported(place, 'predictions');
    const changed = after.filter((row, i) => row.scored_at !== before[i]!.scored_at);
    const inPeriod = before.filter(
      (row) => row.model_version === '3' && row.window_end! >= from && row.window_end! <= to,
    );
    expect(inPeriod).toHaveLength(5 * 20);
    expect(scoredRows).toBe(inPeriod.length);
    expect(withoutTime(changed)).toEqual(withoutTime(inPeriod));
    expect(withoutTime(after)).toEqual(withoutTime(before));
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findExperiment } from '../mlflow/experiments.ts';
import type { Run } from '../mlflow/run.ts';
import { searchRuns } from '../mlflow/runs.ts';
import { openTracking } from '../mlflow/tracking.ts';
import { startPm } from './testing/pm-process.ts';
import { refusal } from './testing/refusal.ts';
import { SMALL_TABLE, writeSmallTable } from './testing/small-table.ts';
import { createWorkplace, type Workplace, workplaceForTest } from './testing/workplace.ts';

const CONFIG = ['--config', 'config/sites.yaml'];
const EVALUATIONS = 24;
/** Slow enough to be caught at it, quick enough for a test. */
const TUNED = {
  ...SMALL_TABLE,
  tune: {
    evaluations: EVALUATIONS,
    folds: 3,
    measuredTrees: 600,
    space: {
      algorithm: {
        choice: {
          'random-forest': { trees: { integer: [300, 600] }, maxDepth: { integer: [1, 8] } },
          'gradient-boosting': {
            rounds: 300,
            earlyStoppingRounds: 'off',
            learningRate: { logUniform: [0.01, 0.5] },
          },
        },
      },
    },
  },
};

interface TuneDocument {
  readonly trackingRunId: string;
  readonly modelVersion: string;
  readonly resumed: number;
  readonly pruned: number;
  readonly best: { readonly number: number; readonly values: object; readonly loss: number };
}

async function tunedPlace(): Promise<Workplace> {
  const place = createWorkplace({ sites: TUNED });
  writeSmallTable(place.path('data'));
  await place.json('ingest', ...CONFIG, '--source', 'data');
  return place;
}

async function runsIn(place: Workplace): Promise<Run[]> {
  const { client, close } = await openTracking({ environment: {}, cwd: place.directory });
  try {
    const experimentId = await findExperiment(client, 'sites');
    const runs: Run[] = [];
    for await (const run of searchRuns(client, { experimentIds: [experimentId!] })) runs.push(run);
    return runs;
  } finally {
    await close();
  }
}

const parentOf = (run: Run) => run.tags['mlflow.parentRunId'];
/** What the nested runs say, in the order of their trials, without what differs from sweep to sweep. */
const trialsOf = (runs: readonly Run[]) =>
  runs
    .filter((run) => parentOf(run) !== undefined)
    .map(({ runName, params, metrics, tags, status }) => ({
      ...{ runName, params, metrics, status },
      trial: [tags['pm.trial'], tags['pm.trial_status']],
    }))
    .sort((a, b) => a.runName.localeCompare(b.runName));

describe('a sweep', () => {
  let place: Workplace;
  let whole: TuneDocument;
  beforeAll(async () => {
    place = await tunedPlace();
    whole = await place.json<TuneDocument>('tune', ...CONFIG);
  });
  afterAll(() => place.remove());

  it('is a parent run that carries the model, and a nested run for each evaluation', async () => {
    const runs = await runsIn(place);
    expect(runs).toHaveLength(1 + EVALUATIONS);
    const [parent, ...others] = runs.filter((run) => parentOf(run) === undefined);
    expect(others).toEqual([]);
    expect(parent).toMatchObject({ runId: whole.trackingRunId, status: 'FINISHED' });
    expect(parent!.metrics.test_roc_auc).toBeGreaterThan(0.9);
    expect(parent!.params).toMatchObject({ 'tune.metric': 'roc-auc' });
    const nested = runs.filter((run) => parentOf(run) === whole.trackingRunId);
    expect(nested).toHaveLength(EVALUATIONS);
    for (const run of nested) expect(run.status).toBe('FINISHED');
    expect(new Set(nested.map(({ params }) => params['model.algorithm'])).size).toBe(2);
  });

  it('registers the best of the evaluations that ran to their end', async () => {
    const trials = trialsOf(await runsIn(place)).filter(({ trial }) => trial[1] === 'complete');
    const figures = trials.map(({ metrics }) => metrics.validation_roc_auc!);
    expect(1 - whole.best.loss).toBe(Math.max(...figures));
    expect(trials).toHaveLength(EVALUATIONS - whole.pruned);
    expect(whole.pruned).toBeGreaterThan(0);
    const parent = (await runsIn(place)).find(({ runId }) => runId === whole.trackingRunId)!;
    for (const [name, value] of Object.entries(whole.best.values)) {
      expect(parent.params[`model.${name}`]).toBe(String(value));
    }
    expect(whole.modelVersion).toBe('1');
  });

  it("begins with the workflow file's own parameters", async () => {
    const { params, tags } = (await runsIn(place)).find(({ runName }) => runName === 'evaluation-000')!;
    expect(JSON.parse(tags['pm.trial']!)).toEqual({ number: 0, values: {} });
    const own = (await runsIn(place)).find(({ runId }) => runId === whole.trackingRunId)!;
    expect(Object.keys(params).length).toBeGreaterThan(4);
    expect(params['model.seed']).toBe(own.params['model.seed']);
    expect(params['model.algorithm']).toBe('random-forest');
  });

  it.each(['SIGKILL', 'SIGINT'] as const)(
    'goes on after %s and ends as if there had been none',
    async (signal) => {
      const other = await tunedPlace();
      try {
        const killed = startPm(other, 'tune', ...CONFIG);
        while ((await finished(other)) < 4) await new Promise((wake) => setTimeout(wake, 50));
        killed.kill(signal);
        const { err } = await killed.ended;
        const before = await runsIn(other);
        const left = before.filter((run) => parentOf(run) !== undefined && run.status === 'FINISHED').length;
        expect(left).toBeLessThan(EVALUATIONS);
        if (signal === 'SIGINT') {
          expect(err).toContain(
            `${left} of ${EVALUATIONS} evaluations are kept; to go on: pm tune --resume --config config/sites.yaml`,
          );
          expect(before.map(({ status }) => status)).not.toContain('RUNNING');
          expect(before.find((run) => parentOf(run) === undefined)!.status).toBe('KILLED');
        }
        const resumed = await other.json<TuneDocument>('tune', ...CONFIG, '--resume');
        expect(resumed).toMatchObject({ best: whole.best, pruned: whole.pruned, resumed: left });
        const runs = await runsIn(other);
        expect(runs).toHaveLength(1 + EVALUATIONS);
        expect(runs.map(({ status }) => status)).not.toContain('RUNNING');
        expect(trialsOf(runs)).toEqual(trialsOf(await runsIn(place)));
        expect((await refusal(other, ['tune', ...CONFIG, '--resume'])).code).toBe('no-sweep');
      } finally {
        other.remove();
      }
    },
    120_000,
  );
});

/** Nested runs that ended well so far. */
async function finished(place: Workplace): Promise<number> {
  if (!place.files('.').includes('mlflow.db')) return 0;
  const runs = await runsIn(place).catch(() => []);
  return runs.filter((run) => parentOf(run) !== undefined && run.status === 'FINISHED').length;
}

describe('the tuning job', () => {
  it('ends with the best in Production', async () => {
    const place = workplaceForTest({ sites: TUNED });
    writeSmallTable(place.path('data'));
    const parameters = ['WORKFLOW=sites', 'SOURCE=data', 'EVALUATIONS=3'].flatMap((value) => [
      '--param',
      value,
    ]);
    const job = await place.json<{ exitCode: number }>('jobs', 'run', 'tuning', ...parameters);
    expect(job.exitCode).toBe(0);
    expect(await place.json('models', 'show', ...CONFIG)).toMatchObject({
      version: '1',
      stage: 'Production',
    });
    expect(await runsIn(place)).toHaveLength(1 + 3);
  });

  it.each([
    ['tune', '--evaluations', '0'],
    ['tune', '--evaluations', '-4'],
    ['tune', '--evaluations', '1.5'],
    ['jobs', 'run', 'tuning', '--param', 'EVALUATIONS=0'],
    ['jobs', 'run', 'tuning', '--param', 'MACHINES=0'],
  ])('a number that is none is wrong usage before any work: pm %s %s %s %s %s', async (...words) => {
    const place = workplaceForTest({ sites: TUNED });
    const { code, out, err } = await place.pm(...words.filter(Boolean), '--json');
    expect([code, JSON.parse(out).error.code]).toEqual([2, 'usage']);
    expect(err).toMatch(/--(evaluations|machines) must be a whole number/);
    expect(place.files('.')).not.toContain('lake');
  });

  it('refuses a space that holds what is no model', async () => {
    const space = { algorithm: 'random-forest', subsample: { uniform: [0.5, 1.5] } };
    const place = workplaceForTest({ sites: { ...TUNED, tune: { space } } });
    const { code, message } = await refusal(place, ['tune', ...CONFIG]);
    expect(code).toBe('bad-config');
    expect(message).toMatch(/config\/sites\.yaml:\d+:\d+: tune\.space\.subsample: cannot be 1\.4/);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLASSES } from 'pm-core';
import { openDuckDb } from 'pm-core/engine';
import { type FeatureMatrix, readFeatureMatrix } from 'pm-core/features';
import type { Predictions } from 'pm-core/score';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRun, endRun, getRun, logBatch } from '../mlflow/index.ts';
import { readModelPackage } from '../mlflow/model-package/index.ts';
import { openModel } from '../pipelines/versions/open-model.ts';
import { type PmWorkspace, type Training, trainAndPromote } from './pm-workspace.ts';
import { runPython } from './python-script.ts';

const MODEL = 'predictive-maintenance';
const CHILDREN = ['depth 5', 'depth 9'];
const HISTORY = [0.5, 0.25, 0.125];

/** Where a training was tracked, and where Python reads it. */
export interface PythonReadsUsBackend {
  readonly workspace: PmWorkspace;
  /** Called when the training is done: the address of the MLflow server that Python asks. */
  serve(): Promise<string>;
}

/** What Python reads of a training is what we say of it, wherever it was tracked. */
export function describePythonReadsUs(
  where: string,
  python: string,
  open: () => Promise<PythonReadsUsBackend>,
): void {
  describe(`Python reads a training from ${where}`, () => {
    let workspace: PmWorkspace;
    let training: Training;
    let trackingUri: string;
    let table: string;

    beforeAll(async () => {
      const backend = await open();
      workspace = backend.workspace;
      training = await trainAndPromote(workspace);
      await logNestedRuns(workspace, training.trackingRunId);
      table = join(workspace.directory, 'features.parquet');
      await workspace.run(['tables', 'export', 'features', '--format', 'parquet', '--output', table]);
      trackingUri = await backend.serve();
    });
    afterAll(() => workspace?.remove());

    it('loads models:/…/Production and @champion and predicts on 10,000 rows, nulls included, bit for bit what we do', async () => {
      const answers = workspace.directory;
      const models = [`models:/${MODEL}/Production`, `models:/${MODEL}@champion`];
      const request = { table, models, onnxModel: models[0], answers };
      const answer = await runPython<PredictionAnswer>(python, 'predict_rows', { trackingUri, request });
      const expected = await ourPredictions(workspace, table);

      expect(answer.rows).toBeGreaterThan(10_000);
      expect(answer.nulls).toBeGreaterThan(10_000);
      expect(expected.label.some((label) => label > 0)).toBe(true);
      for (const stem of ['0', '1', 'onnx']) {
        const stored = (part: string) => readFileSync(join(answers, `${stem}.${part}`));
        expect(stored('label').equals(expected.label)).toBe(true);
        expect(stored('probabilities').equals(new Uint8Array(expected.probabilities.buffer))).toBe(true);
      }
      const types = CLASSES.map((name) => [`probability_${name}`, 'float32']);
      expect(answer.columns[0]).toEqual({ label: 'int64', ...Object.fromEntries(types) });
    });

    it('finds run, history, datasets, nested runs, model, version, signature and input example', async () => {
      const { trackingRunId: runId } = training;
      const request = { experiment: MODEL, runId, model: MODEL, metric: 'loss' };
      const read = await runPython<TrackingAnswer>(python, 'read_tracking', { trackingUri, request });

      expect(read.run).toMatchObject({ status: 'FINISHED', user: 'engineer', source: 'pm train' });
      expect(read.run.params).toMatchObject({ 'model.trees': '6', train_until: '2015-04-30T18:00:00' });
      expect(read.run.metrics).toEqual({ ...training.metrics, loss: HISTORY.at(-1) });
      expect(read.run.artifacts).toContain('evaluation/confusion_matrix.csv');
      expect(read.found).toEqual([runId]);
      expect(read.foundAccuracy).toEqual([training.metrics.test_accuracy]);
      expect(read.children).toEqual(CHILDREN);
      expect(read.history).toEqual(HISTORY.map((value, step) => [step, value]));
      expect(read.datasets.map(({ name, context }) => [name, context])).toEqual([
        ['labeled_features', 'training'],
        ['labeled_features', 'testing'],
      ]);
      expect(read.datasets[1]).toMatchObject({ rows: training.metrics.test_rows, columns: 39 });
      expect(read.datasets.every(({ digest }) => /^[0-9a-f]{32}$/.test(digest))).toBe(true);
      expect(read.loggedModel).toMatchObject({ sourceRunId: runId, status: 'READY' });
      expect(read.loggedModel.metrics).toEqual(training.metrics);
      expect(JSON.parse(read.loggedModel.versions)).toEqual([{ name: MODEL, version: 1 }]);
      expect(read.version).toMatchObject({ number: '1', runId, stage: 'Production', aliases: ['champion'] });
      expect(read.version.source).toBe(`models:/${read.modelId}`);
      expect(read.signature.inputs).toHaveLength(38);
      expect(read.signature.outputs).toEqual(['label', ...CLASSES.map((name) => `probability_${name}`)]);
      expect(read.exampleRows).toBe(5);
    });
  });
}

async function logNestedRuns(workspace: PmWorkspace, parentRunId: string): Promise<void> {
  const { client, close } = await workspace.openTracking();
  const { experimentId } = await getRun(client, parentRunId);
  const metrics = HISTORY.map((value, step) => ({
    key: 'loss',
    value,
    step,
    timestampMs: Date.now() + step,
  }));
  await logBatch(client, parentRunId, { metrics });
  for (const runName of CHILDREN) {
    const run = await createRun(client, { experimentId, runName, parentRunId, startTimeMs: Date.now() });
    await endRun(client, run.runId, 'FINISHED', Date.now());
  }
  await close();
}

/** Scores the exported table with the downloaded model and the nulls that python/predict_rows.py plants. */
async function ourPredictions(workspace: PmWorkspace, table: string): Promise<Predictions> {
  await workspace.run(['models', 'download', '--output', 'downloaded']);
  const model = await readModelPackage(join(workspace.directory, 'downloaded'));
  const names = model.signature.inputs.map(({ name }) => name);
  const engine = await openDuckDb();
  const select = `SELECT *, NULL AS label FROM read_parquet('${table}')`;
  const { matrix } = await readFeatureMatrix(engine, select, names);
  engine.close();
  plantNulls(matrix);
  const scorer = await openModel(model, { classes: CLASSES, name: MODEL });
  const predictions = await scorer.score(matrix);
  await scorer.close();
  return predictions;
}

function plantNulls({ columns, rowCount }: FeatureMatrix): void {
  columns.forEach((values, column) => {
    for (let row = 0; row < rowCount; row++) {
      if ((31 * row + 17 * column) % 19 === 0) values[row] = Number.NaN;
    }
  });
}

interface PredictionAnswer {
  readonly rows: number;
  readonly nulls: number;
  readonly columns: readonly Readonly<Record<string, string>>[];
}

interface TrackingAnswer {
  readonly run: {
    readonly status: string;
    readonly params: Readonly<Record<string, string>>;
    readonly metrics: Readonly<Record<string, number>>;
    readonly artifacts: readonly string[];
  };
  readonly found: readonly string[];
  readonly foundAccuracy: readonly number[];
  readonly children: readonly string[];
  readonly history: readonly (readonly [step: number, value: number])[];
  readonly datasets: readonly { readonly name: string; readonly context: string; readonly digest: string }[];
  readonly loggedModel: { readonly metrics: Readonly<Record<string, number>>; readonly versions: string };
  readonly version: { readonly source: string };
  readonly modelId: string;
  readonly signature: { readonly inputs: readonly string[]; readonly outputs: readonly string[] };
  readonly exampleRows: number;
}

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CLASSES } from 'pm-core';
import { openDuckDb } from 'pm-core/engine';
import { pythonFor } from 'pm-core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModelVersion, getModelVersion, setModelVersionTag } from '../mlflow/index.ts';
import { readModelPackage } from '../mlflow/model-package/index.ts';
import { startMlflowCommand } from './mlflow-command.ts';
import { createPmWorkspace, type PmWorkspace } from './pm-workspace.ts';
import { runPython } from './python-script.ts';

const MODEL = 'predictive-maintenance';
/** Version 1 is our own; Python registers two more through `mlflow ui` over the folder of our embedded store. */
const FOREST = '2';
const REGRESSION = '3';
const TRAIN_UNTIL = '2015-04-30T18:00:00';
const TEST_FROM = '2015-05-08T06:00:00';
const python = pythonFor();

describe.skipIf(python === undefined)('models that Python logged (skipped without Python ≥ 3.11)', () => {
  let workspace: PmWorkspace;
  let features: readonly string[];
  const place = (name: string) => join(workspace.directory, name);

  beforeAll(async () => {
    workspace = createPmWorkspace();
    for (const command of ['ingest', 'features', 'train']) await workspace.run([command]);
    const table = place('labeled.parquet');
    await workspace.run(['tables', 'export', 'labeled_features', '--format', 'parquet', '--output', table]);
    const ui = await startMlflowCommand(python!, ['ui', '--workers', '1'], workspace);
    const request = { table, trainUntil: TRAIN_UNTIL, answers: workspace.directory };
    const trackingUri = ui.baseUrl;
    ({ features } = await runPython<{ features: string[] }>(python!, 'log_foreign_models', {
      trackingUri,
      request,
    }));
    await ui.close();
  });
  afterAll(() => workspace?.remove());

  it('are listed and shown', async () => {
    const { versions } = (await workspace.run(['models', 'list'])) as { versions: Version[] };
    const names = versions.map(({ modelName, version }) => `${modelName} ${version}`);
    expect(names).toContain(`${MODEL} ${FOREST}`);
    expect(names).toContain('sklearn-only 1');
    const shown = await workspace.run(['models', 'show', `models:/${MODEL}/${FOREST}`]);
    expect(shown).toMatchObject({ stage: 'None', status: 'READY', tags: {}, aliases: [] });
  });

  it('are downloaded whole, whatever their flavor, into a folder that was not there', async () => {
    await workspace.run(['models', 'download', `models:/${MODEL}/${FOREST}`, '--output', 'forest']);
    const { signature, facts } = await readModelPackage(place('forest'));
    expect(signature.inputs.map(({ name }) => name)).toEqual(features);
    expect(facts).toBeUndefined();

    await workspace.run(['models', 'download', 'models:/sklearn-only/1', '--output', 'sklearn']);
    expect(existsSync(place('sklearn/MLmodel'))).toBe(true);
    const again = workspace.run(['models', 'download', 'models:/sklearn-only/1', '--output', 'sklearn']);
    await expect(again).rejects.toThrow('is there already and not empty');
    expect(readdirSync(workspace.directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it.each([
    ['no-signature', 'it has no signature, so the order of its columns cannot be checked'],
    ['tensor-signature', 'its signature does not consist of named columns'],
    ['maps-for-answers', 'the model answers with output_label, output_probability'],
    ['two-classes', 'it tells 2 classes apart, not the 5 of none, comp1, comp2, comp3, comp4'],
    ['no-rule-for-nulls', 'it gives no probability for 31 of 10354 rows'],
    ['sklearn-only', 'its flavors are python_function, sklearn; without Python only onnx can be run'],
  ])('are refused where they cannot be scored: %s', async (name, reason) => {
    const scoring = workspace.run(['score', '--model', `models:/${name}/1`, '--results-table', 'refused']);
    await expect(scoring).rejects.toThrow(reason);
    await expect(scoring).rejects.toThrow('Next: Log it with mlflow.onnx');
  });

  it.each([
    ['forest', FOREST],
    ['regression', REGRESSION],
  ])('are scored as in Python, their columns by name: the %s', async (name, version) => {
    const table = place(`${name}-here.parquet`);
    const model = `models:/${MODEL}/${version}`;
    await workspace.run(['score', '--model', model, '--results-table', name]);
    await workspace.run(['tables', 'export', name, '--format', 'parquet', '--output', table]);
    const { rows, otherClass, difference } = await compare(table, place(`${name}.parquet`));
    expect(rows).toBe(9920);
    expect(otherClass).toBe(0);
    expect(difference).toBeLessThanOrEqual(1e-6);
  });

  it('are promoted by the smoke check where there is no champion, and replace one only on rows new to both', async () => {
    const first = await workspace.run(['promote', '--version', FOREST]);
    expect(first).toMatchObject({ promote: true, moved: true });
    expect(await workspace.run(['score'])).toMatchObject({ modelVersion: FOREST });

    const regression = ['promote', '--version', REGRESSION, '--dry-run'];
    const unknownWindow = await workspace.run(regression, [3]);
    expect(unknownWindow.reason).toContain('nothing says the prediction window of version 3');
    await tell('pm.prediction_window_hours', '168');
    const unknownRows = await workspace.run(regression, [3]);
    expect(unknownRows.reason).toContain('nothing says which rows version 3 was trained on');
    await tell('pm.test_from', TEST_FROM);
    const judged = await workspace.run(regression, [0, 3]);
    expect(judged.reason).toMatch(/macro F1 0\.\d{4} against 0\.\d{4} on the same 2,046 rows \(difference /);
    expect((await workspace.run(['promote', '--dry-run'], [0, 3])).reason).toContain(
      'on the same 2,046 rows',
    );
  });

  it('are no candidates where they give no probability for nulls', async () => {
    const { client, close } = await workspace.openTracking();
    const { source } = await getModelVersion(client, 'no-rule-for-nulls', '1');
    const modelId = source.replace('models:/', '');
    const { version } = await createModelVersion(client, { modelName: MODEL, source, modelId });
    await close();
    const refused = await workspace.run(['promote', '--version', version, '--dry-run'], [3]);
    expect(refused.reason).toBe(`version ${version} failed its smoke check`);
  });

  /** What a version from elsewhere must be told before it can be compared. */
  async function tell(key: string, value: string): Promise<void> {
    const { client, close } = await workspace.openTracking();
    for (const version of [FOREST, REGRESSION])
      await setModelVersionTag(client, MODEL, version, { key, value });
    await close();
  }
});

/** Rows of both tables, those with another class, and the greatest difference of a probability. */
async function compare(ours: string, theirs: string) {
  const engine = await openDuckDb();
  const sameClass = CLASSES.map((name, number) => `WHEN label = ${number} THEN '${name}'`).join(' ');
  const differences = CLASSES.map((name) => `abs(ours.probability_${name} - theirs.probability_${name})`);
  const [row] = await engine.query(
    `SELECT count(*) AS rows, count(*) FILTER (predicted_component <> CASE ${sameClass} END) AS "otherClass",
       max(greatest(${differences.join(', ')})) AS difference
     FROM read_parquet('${ours}') AS ours JOIN read_parquet('${theirs}') AS theirs USING (machine_id, window_end)`,
  );
  engine.close();
  return row as { rows: number; otherClass: number; difference: number };
}

interface Version {
  readonly modelName: string;
  readonly version: string;
}

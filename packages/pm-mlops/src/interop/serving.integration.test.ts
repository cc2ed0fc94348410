import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLASSES } from 'pm-core';
import { openDuckDb } from 'pm-core/engine';
import { pythonFor } from 'pm-core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModelPackage } from '../mlflow/model-package/index.ts';
import { type MlflowCommand, startMlflowCommand } from './mlflow-command.ts';
import { createPmWorkspace, type PmWorkspace, trainAndPromote } from './pm-workspace.ts';
import { runPython } from './python-script.ts';

const MODEL_URI = 'models:/predictive-maintenance/Production';
const python = pythonFor();

describe.skipIf(python === undefined)(
  'our model in MLflow’s own servers (skipped without Python ≥ 3.11)',
  () => {
    const commands: MlflowCommand[] = [];
    let workspace: PmWorkspace;
    let trackingUri: string;

    beforeAll(async () => {
      workspace = createPmWorkspace();
      await trainAndPromote(workspace);
      const ui = await startMlflowCommand(python!, ['ui', '--workers', '1'], workspace);
      commands.push(ui);
      trackingUri = ui.baseUrl;
    });
    afterAll(async () => {
      for (const command of commands) await command.close();
      workspace?.remove();
    });

    it('answers /invocations of mlflow models serve with what the forest said at training', async () => {
      const words = ['models', 'serve', '--model-uri', MODEL_URI, '--env-manager', 'local'];
      const environment = { MLFLOW_TRACKING_URI: trackingUri };
      const server = await startMlflowCommand(python!, words, { ...workspace, environment });
      commands.push(server);
      await workspace.run(['models', 'download', '--output', 'served']);
      const directory = join(workspace.directory, 'served');
      const { facts } = await readModelPackage(directory);

      const answer = await fetch(`${server.baseUrl}/invocations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: readFileSync(join(directory, 'serving_input_example.json')),
      });
      expect(answer.status).toBe(200);
      const { predictions } = (await answer.json()) as { predictions: Record<string, number>[] };
      const { label, probabilities } = facts!.expectedPredictions;
      expect(predictions).toEqual(
        label.map((number, row) => ({
          label: number,
          ...Object.fromEntries(CLASSES.map((name, at) => [`probability_${name}`, probabilities[row]![at]])),
        })),
      );
    });

    it.skipIf(!hasJava())(
      'scores a table through spark_udf as pm score does (skipped without Java)',
      async () => {
        const table = join(workspace.directory, 'features.parquet');
        const ours = join(workspace.directory, 'predictions.parquet');
        const { scoredRows } = await workspace.run(['score']);
        await workspace.run(['tables', 'export', 'features', '--format', 'parquet', '--output', table]);
        await workspace.run(['tables', 'export', 'predictions', '--format', 'parquet', '--output', ours]);
        const request = { table, model: MODEL_URI, answers: workspace.directory };
        const spark = pythonFor('requirements-spark.txt')!;
        const answer = await runPython<{ schema: string }>(spark, 'score_with_spark', {
          trackingUri,
          request,
        });

        const columns = CLASSES.map((name) => `probability_${name}:float`).join();
        expect(answer.schema).toBe(
          `struct<machine_id:string,window_end:timestamp_ntz,label:bigint,${columns}>`,
        );
        expect(await compare(ours, join(workspace.directory, 'spark.parquet/*.parquet'))).toEqual({
          rows: scoredRows,
          differing: 0,
        });
      },
    );
  },
);

/** Rows that both tables have, and those of them with another class or probability. */
async function compare(ours: string, theirs: string) {
  const engine = await openDuckDb();
  const sameClass = CLASSES.map((name, number) => `WHEN label = ${number} THEN '${name}'`).join(' ');
  const otherProbability = CLASSES.map((name) => `ours.probability_${name} <> theirs.probability_${name}`);
  const [row] = await engine.query(
    `SELECT count(*) AS rows,
       count(*) FILTER (predicted_component <> CASE ${sameClass} END OR ${otherProbability.join(' OR ')}) AS differing
     FROM read_parquet('${ours}') AS ours JOIN read_parquet('${theirs}') AS theirs USING (machine_id, window_end)`,
  );
  engine.close();
  return row;
}

/** @throws Error without Java when CI=true: the test must not be skipped there. */
function hasJava(): boolean {
  if (spawnSync('java', ['-version']).status === 0) return true;
  if (process.env.CI === 'true') throw new Error('Java ≥ 17 is needed when CI=true and was not found');
  return false;
}

import type { MlflowClient } from '../mlflow/client.ts';
import type { ModelVersion } from '../mlflow/model-version.ts';
import { getRun } from '../mlflow/runs.ts';
import type { Importance } from '../report/index.ts';
import type { PipelineContext } from './base/context.ts';
import type { Workbench } from './base/workbench.ts';
import { storedReport } from './evaluation-report.ts';
import { type EvaluationRequest, scoreStoredModel } from './score-stored.ts';
import { readImportances } from './training/training-artifacts.ts';

/** Draws the page on a registered model over labelled rows of the lake. @throws UserError what {@link scoreStoredModel} throws. */
export async function reportStoredModel(
  bench: Workbench,
  client: MlflowClient,
  context: PipelineContext,
  request: EvaluationRequest,
): Promise<{ readonly html: string; readonly modelName: string; readonly modelVersion: string }> {
  const scores = await scoreStoredModel(bench, client, context, request);
  const { modelName, version: modelVersion } = scores.version;
  const importances = await importancesOf(client, scores.version, context);
  const html = await context.step('draw the report', () =>
    storedReport(bench, context.config, scores, importances),
  );
  return { html, modelName, modelVersion };
}

/** Those of the run that trained it; the report does without where the run is gone or elsewhere. */
async function importancesOf(
  client: MlflowClient,
  { runId }: ModelVersion,
  { log }: PipelineContext,
): Promise<Importance[] | undefined> {
  if (runId === undefined) return undefined;
  try {
    return await readImportances(client, await getRun(client, runId));
  } catch (error) {
    log(`The report has no importances: those of run ${runId} cannot be read (${(error as Error).message}).`);
    return undefined;
  }
}

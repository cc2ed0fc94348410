import type { Evaluation } from 'pm-core/metrics';
import type { MlflowClient } from '../mlflow/client.ts';
import { resolveModelUri } from '../mlflow/model-uri.ts';
import { evaluateStored, type LoadedVersion, testStart } from './compare-versions.ts';
import type { PipelineContext } from './context.ts';
import { ensureLabels } from './feature-tables.ts';
import { fetchModelPackage } from './model-artifact.ts';
import { fleetOf } from './model-content.ts';
import { inTemporaryFolder } from './temporary-folder.ts';
import { readLabeledRows } from './training-data.ts';
import type { Workbench } from './workbench.ts';

export interface EvaluationRequest {
  /** Such as `models:/NAME/Production`. */
  readonly modelUri: string;
  /** Feature table whose rows are labelled. */
  readonly table: string;
  /** First cutoff; where the model's own test rows begin if not given. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface StoredEvaluation {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly from: string | undefined;
  readonly failuresByComponent: Readonly<Record<string, number>>;
  readonly evaluation: Evaluation;
}

/** Evaluates a registered model on labelled rows of the lake. @throws UserError `no-labeled-rows` for a period without any. */
export async function evaluateModel(
  bench: Workbench,
  client: MlflowClient,
  context: PipelineContext,
  { modelUri, table, from, to }: EvaluationRequest,
): Promise<StoredEvaluation> {
  const { config, step } = context;
  const version = await resolveModelUri(client, modelUri);
  await step('label the features', () => ensureLabels(bench, config, table));
  return inTemporaryFolder(async (folder) => {
    const loaded = {
      version,
      model: await step('load the model', () => fetchModelPackage(client, version, folder)),
    };
    const start = from ?? firstUnseen(loaded, bench, context);
    const rows = await step('read the rows', () => readLabeledRows(bench, config, { from: start, to }));
    const evaluation = await step('evaluate', () => evaluateStored(loaded, rows));
    return {
      modelName: version.modelName,
      modelVersion: version.version,
      from: start,
      failuresByComponent: rows.failuresByComponent,
      evaluation,
    };
  });
}

/** Where the rows begin that a model was not trained on; the first row of all where nothing says it. */
function firstUnseen(
  loaded: LoadedVersion,
  { lake }: Workbench,
  { log }: PipelineContext,
): string | undefined {
  const start = testStart([loaded], fleetOf(lake.manifest));
  if ('from' in start) return start.from;
  log(`${start.unknown}. All rows are taken; --from leaves out those that it has seen.`);
  return undefined;
}

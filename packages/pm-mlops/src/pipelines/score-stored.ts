import type { Predictions } from 'pm-core/score';
import type { MlflowClient } from '../mlflow/client.ts';
import type { TrainingFacts } from '../mlflow/model-package/index.ts';
import { resolveModelUri } from '../mlflow/model-uri.ts';
import { holderOf, type ModelVersion } from '../mlflow/model-version.ts';
import { modelVersions } from '../mlflow/model-versions.ts';
import type { PipelineContext } from './base/context.ts';
import { registeredModelName } from './base/names.ts';
import { inTemporaryFolder } from './base/temporary-folder.ts';
import type { Workbench } from './base/workbench.ts';
import type { LabeledRows } from './training/training-data.ts';
import { fetchModelPackage } from './versions/model-artifact.ts';
import { scoreStored } from './versions/score-version.ts';
import { workflowOf } from './workflow-of.ts';

export interface EvaluationRequest {
  /** Such as `models:/NAME/3`; the version in Staging, else the one in Production, if not given. */
  readonly modelUri?: string | undefined;
  /** Feature table whose rows are labelled. */
  readonly table: string;
  /** First cutoff; where the model's own test rows begin if not given. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** A registered model, labelled rows of the lake, and what it says of them. */
export interface StoredScores {
  readonly version: ModelVersion;
  readonly facts: TrainingFacts | undefined;
  /** First cutoff asked for. */
  readonly from: string | undefined;
  readonly rows: LabeledRows;
  /** Whether it is known that the model was trained on none of the rows. */
  readonly isUnseen: boolean;
  readonly predictions: Predictions;
}

/** Scores labelled rows of the lake with a registered model. @throws UserError as {@link fetchModelPackage} and {@link scoreStored}. */
export async function scoreStoredModel(
  bench: Workbench,
  client: MlflowClient,
  context: PipelineContext,
  { modelUri, ...request }: EvaluationRequest,
): Promise<StoredScores> {
  const { step, log } = context;
  const version = await (modelUri === undefined
    ? versionToJudge(client, registeredModelName(context))
    : resolveModelUri(client, modelUri));
  return inTemporaryFolder(async (folder) => {
    const model = await step('load the model', () => fetchModelPackage(client, version, folder));
    const { rows, from, doubt } = await step('read the rows', () =>
      workflowOf(context).rowsToJudge(bench, [{ version, model }], request),
    );
    if (request.from === undefined && doubt !== undefined)
      log(`${doubt}. All rows are taken; --from leaves out those that it has seen.`);
    const predictions = await step('score the rows', () => scoreStored({ version, model }, rows));
    return { version, facts: model.facts, from, rows, isUnseen: doubt === undefined, predictions };
  });
}

/** What waits for a verdict, else what is in use. @throws UserError `model-not-found` */
async function versionToJudge(client: MlflowClient, modelName: string): Promise<ModelVersion> {
  const staged = holderOf('Staging', await modelVersions(client, modelName));
  return staged ?? resolveModelUri(client, `models:/${modelName}/Production`);
}

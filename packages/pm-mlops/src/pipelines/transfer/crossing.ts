import { answerOf, type MlflowClient } from '../../mlflow/client.ts';
import { MlflowError } from '../../mlflow/mlflow-error.ts';
import { createRun, REQUEST_ID_TAG, searchRuns } from '../../mlflow/runs.ts';
import { pairs } from '../../mlflow/wire-values.ts';
import { modelIdentity, runIdentity, SOURCE_MODEL_TAG, SOURCE_RUN_TAG } from './identity.ts';
import { serverSource } from './server-source.ts';
import type { TransferReport } from './transfer-report.ts';
import type { LoggedModelRecord, RunRecord, TransferSource } from './transfer-source.ts';

/** Where something stands at the target. */
export interface Place {
  readonly id: string;
  readonly artifactUri: string;
  readonly isNew: boolean;
}

/** A transfer on its way: both sides, what of one is which of the other, and what came of it so far. */
export interface Crossing {
  readonly source: TransferSource;
  readonly target: MlflowClient;
  /** The target, to be read back. */
  readonly arrived: TransferSource;
  readonly report: TransferReport;
  /** Experiments that cross: id at the source → id at the target. */
  readonly experiments: ReadonlyMap<string, string>;
  /** The run at the target, made there if it was not; undefined for a run that does not cross. */
  runAtTarget(runId: string): Promise<Place | undefined>;
  /** The same for a logged model that was announced by `knowModel`. */
  modelAtTarget(modelId: string): Promise<Place | undefined>;
  /** Announces a logged model of the source. */
  knowModel(model: LoggedModelRecord, experimentId: string): void;
}

export interface CrossingOptions {
  readonly source: TransferSource;
  readonly target: MlflowClient;
  readonly report: TransferReport;
  readonly experiments: ReadonlyMap<string, string>;
}

/** Looks at what is at the target already and opens the way. */
export async function openCrossing(options: CrossingOptions): Promise<Crossing> {
  const { source, target, experiments } = options;
  const arrived = serverSource(target, 'the target');
  const runs = new Map<string, Place>();
  const models = new Map<string, Place>();
  for (const experimentId of experiments.values()) {
    const found = searchRuns(target, { experimentIds: [experimentId], viewType: 'ALL' });
    for await (const run of found) addOnce(runs, runIdentity(run), { id: run.runId, ...run });
    for (const model of await arrived.loggedModels(experimentId)) {
      addOnce(models, modelIdentity(model), { id: model.modelId, ...model });
    }
  }
  const known = new Map<string, { model: LoggedModelRecord; experimentId: string }>();
  const crossing: Crossing = {
    ...options,
    arrived,
    runAtTarget: remembering(async (runId) => {
      const run = await source.run(runId);
      const experimentId = run && experiments.get(run.experimentId);
      if (run === undefined || run.isDeleted || experimentId === undefined) return undefined;
      return runs.get(runIdentity(run)) ?? makeRun(target, run, experimentId);
    }),
    modelAtTarget: remembering(async (modelId) => {
      const { model, experimentId } = known.get(modelId) ?? {};
      if (model === undefined || experimentId === undefined) return undefined;
      return models.get(modelIdentity(model)) ?? makeModel(crossing, model, experiments.get(experimentId)!);
    }),
    knowModel: (model, experimentId) => void known.set(model.modelId, { model, experimentId }),
  };
  return crossing;
}

/** Of two copies of one thing, which only transfers at the same moment can leave, the first found is taken. */
function addOnce(
  places: Map<string, Place>,
  identity: string,
  { id, artifactUri }: { id: string; artifactUri: string },
): void {
  if (!places.has(identity)) places.set(identity, { id, artifactUri, isNew: false });
}

/** Asks once for an id, also where two ask at the same time. */
function remembering<Found>(find: (id: string) => Promise<Found>): (id: string) => Promise<Found> {
  const found = new Map<string, Promise<Found>>();
  return (id) => {
    const known = found.get(id) ?? find(id);
    found.set(id, known);
    return known;
  };
}

async function makeRun(target: MlflowClient, run: RunRecord, experimentId: string): Promise<Place> {
  const identity = runIdentity(run);
  const made = await createRun(
    target,
    {
      experimentId,
      runName: run.runName,
      startTimeMs: run.startTimeMs,
      userName: run.userId || undefined,
      tags: { [SOURCE_RUN_TAG]: identity },
      wantedRunId: /^[0-9a-f]{32}$/.test(identity) ? identity : undefined,
    },
    run.tags[REQUEST_ID_TAG] ?? identity,
  );
  return { id: made.runId, artifactUri: made.artifactUri, isNew: true };
}

/** Made PENDING; undefined where the target is an MLflow before 3. The field `pm_model_id` is heeded by the embedded store only. */
async function makeModel(
  crossing: Crossing,
  model: LoggedModelRecord,
  experimentId: string,
): Promise<Place | undefined> {
  const identity = modelIdentity(model);
  const run = model.sourceRunId === undefined ? undefined : await crossing.runAtTarget(model.sourceRunId);
  const body = {
    experiment_id: experimentId,
    name: model.name,
    params: pairs(model.params),
    tags: pairs({ ...model.tags, [SOURCE_MODEL_TAG]: identity }),
    ...(model.modelType !== '' && { model_type: model.modelType }),
    ...(run !== undefined && { source_run_id: run.id }),
    ...(/^m-[0-9a-f]{32}$/.test(identity) && { pm_model_id: identity }),
  };
  try {
    const made = await answerOf(crossing.target.api.POST('/api/2.0/mlflow/logged-models', { body }));
    const { model_id = '', artifact_uri = '' } = made.model?.info ?? {};
    return { id: model_id, artifactUri: artifact_uri, isNew: true };
  } catch (error) {
    if (error instanceof MlflowError && error.status === 404) return undefined;
    throw error;
  }
}

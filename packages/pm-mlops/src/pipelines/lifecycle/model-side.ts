import { UserError } from 'pm-core';
import type { MlflowClient } from '../../mlflow/client.ts';
import { hasErrorCode } from '../../mlflow/mlflow-error.ts';
import { digestModelPackage, type ModelPackage } from '../../mlflow/model-package/index.ts';
import type { ModelStage, ModelVersion } from '../../mlflow/model-version.ts';
import type { Run } from '../../mlflow/run.ts';
import { getRun } from '../../mlflow/runs.ts';
import { aliasesOf } from '../listing.ts';
import { fetchModelPackage } from '../versions/model-artifact.ts';
import { MODEL_DIGEST_TAG } from '../versions/publish-model.ts';

/** What is known of one version when it is held against another. */
export interface ModelSide {
  readonly modelName: string;
  readonly version: string;
  readonly stage: ModelStage;
  readonly aliases: readonly string[];
  readonly createdAtMs: number;
  /** Undefined where the version has none, or the tracking no longer knows it. */
  readonly trackingRunId: string | undefined;
  /** SHA-256 of model.onnx; equal means the same model. Undefined where its files cannot be read. */
  readonly modelDigest: string | undefined;
  /** First and last cutoff of the training rows; null without time, undefined where nobody says. */
  readonly trainingInterval: { readonly from: string; readonly to: string } | null | undefined;
  /** Digest of each dataset of the run, by the part it had: `training`, `test`, …. */
  readonly datasets: Readonly<Record<string, string>>;
  /** Input columns in order; undefined where the files cannot be read. */
  readonly features: readonly string[] | undefined;
  /** Name and type of each input and output, as one text. */
  readonly signature: string | undefined;
  readonly metrics: Readonly<Record<string, number>>;
  readonly params: Readonly<Record<string, string>>;
  /** Why its files cannot be used here. */
  readonly fault: string | undefined;
}

/** A side and, where it can be run here, its model in `folder`. */
export async function readModelSide(
  client: MlflowClient,
  version: ModelVersion,
  folder: string,
): Promise<{ readonly side: ModelSide; readonly model: ModelPackage | UserError }> {
  const model = await fetchModelPackage(client, version, folder).catch((error: unknown) => {
    if (error instanceof UserError) return error;
    throw error;
  });
  const run = await runOf(client, version);
  const { modelName, stage, createdAtMs } = version;
  const side = {
    modelName,
    version: version.version,
    stage,
    aliases: await aliasesOf(client, version),
    createdAtMs,
    trackingRunId: run?.runId,
    datasets: Object.fromEntries(
      run?.datasets.map(({ context, name, digest }) => [context ?? name, digest]) ?? [],
    ),
    metrics: run?.metrics ?? {},
    params: run?.params ?? {},
    ...(await factsOf(version, model)),
  };
  return { side, model };
}

async function factsOf({ tags }: ModelVersion, model: ModelPackage | UserError) {
  if (model instanceof UserError) {
    const modelDigest = tags[MODEL_DIGEST_TAG];
    const unknown = { features: undefined, signature: undefined, trainingInterval: undefined };
    return { ...unknown, modelDigest, fault: model.message };
  }
  const { directory, facts, signature } = model;
  const columns = (list: readonly { readonly name: string; readonly type: string }[]) =>
    list.map(({ name, type }) => `${name} ${type}`).join(', ');
  return {
    modelDigest: tags[MODEL_DIGEST_TAG] ?? (await digestModelPackage(directory)).model,
    features: signature.inputs.map(({ name }) => name),
    signature: `${columns(signature.inputs)} → ${columns(signature.outputs)}`,
    trainingInterval: facts?.trainingInterval,
    fault: undefined,
  };
}

/** Undefined for a version without a run, or whose run is gone. */
async function runOf(client: MlflowClient, { runId }: ModelVersion): Promise<Run | undefined> {
  if (runId === undefined) return undefined;
  try {
    return await getRun(client, runId);
  } catch (error) {
    if (hasErrorCode(error, 'RESOURCE_DOES_NOT_EXIST')) return undefined;
    throw error;
  }
}

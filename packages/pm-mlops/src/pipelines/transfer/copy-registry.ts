import type { ModelVersion } from '../../mlflow/model-version.ts';
import {
  createModelVersion,
  describeModelVersion,
  modelVersions,
  setModelVersionTag,
} from '../../mlflow/model-versions.ts';
import {
  ensureRegisteredModel,
  findRegisteredModel,
  setRegisteredModelTag,
} from '../../mlflow/registered-models.ts';
import { REQUEST_ID_TAG } from '../../mlflow/runs.ts';
import { copyStages } from './copy-stages.ts';
import type { Crossing } from './crossing.ts';
import { SOURCE_VERSION_TAG, versionIdentity, withoutMarks } from './identity.ts';
import { pairsMissing } from './run-gap.ts';
import { orLoss } from './transfer-report.ts';
import type { RegisteredModelRecord, VersionRecord } from './transfer-source.ts';
import { sourceAtTarget } from './version-source.ts';

export interface RegistryOptions {
  /** Every registered model, also one none of whose versions comes from a run that crosses. */
  readonly all: boolean;
  /** Stages and aliases as well: the versions that hold them at the target lose them. */
  readonly stages: boolean;
}

/** Registers at the target what is registered at the source from the runs and logged models that cross. */
export async function copyRegistry(crossing: Crossing, options: RegistryOptions): Promise<void> {
  for (const model of await crossing.source.registeredModels()) {
    if (!options.all && !(await isOfCrossingRun(crossing, model))) continue;
    await orLoss(crossing.report.losses, `registered model ${model.name}`, () =>
      copyModel(crossing, model, options.stages),
    );
  }
}

async function isOfCrossingRun(crossing: Crossing, model: RegisteredModelRecord): Promise<boolean> {
  for (const { runId } of model.versions) {
    if (runId !== undefined && (await crossing.runAtTarget(runId)) !== undefined) return true;
  }
  return false;
}

async function copyModel(crossing: Crossing, model: RegisteredModelRecord, stages: boolean): Promise<void> {
  const { target, report } = crossing;
  const { name, description } = model;
  const there = await ensureRegisteredModel(target, name, description || undefined);
  if (description !== '' && there.description === '') {
    await target.api.PATCH('/api/2.0/mlflow/registered-models/update', { body: { name, description } });
  }
  for (const [key, value] of Object.entries(pairsMissing(model.tags, there.tags))) {
    await setRegisteredModelTag(target, name, key, value);
  }
  const numbers = await copyVersions(crossing, model);
  if (stages) await copyStages(crossing, model, numbers);
  const after = await findRegisteredModel(target, name);
  for (const key of Object.keys(pairsMissing(model.tags, after?.tags ?? {}))) {
    report.losses.push(`registered model ${name}: tag ${key} is missing at the target`);
  }
}

/** Number of each version at the target, by its number at the source. */
async function copyVersions(crossing: Crossing, model: RegisteredModelRecord): Promise<Map<string, string>> {
  const { target, report } = crossing;
  const known = await versionsByIdentity(crossing, model.name);
  const numbers = new Map<string, string>();
  for (const version of model.versions) {
    // What never became ready is nothing to carry.
    if (version.status !== 'READY') continue;
    await orLoss(report.losses, `version ${version.version} of ${model.name}`, async () => {
      const there = known.get(versionIdentity(version));
      const made = there ?? (await register(crossing, model, version));
      const written = await completeVersion(crossing, version, made);
      numbers.set(version.version, made.version);
      report.modelVersions[there === undefined ? 'created' : written ? 'completed' : 'unchanged']++;
    });
  }
  const arrived = await modelVersions(target, model.name);
  for (const version of model.versions.filter((one) => numbers.has(one.version))) {
    const there = arrived.find((one) => one.version === numbers.get(version.version));
    for (const key of Object.keys(pairsMissing(withoutMarks(version.tags), there?.tags ?? {}))) {
      report.losses.push(`version ${version.version} of ${model.name}: tag ${key} is missing at the target`);
    }
  }
  return numbers;
}

async function versionsByIdentity({ target }: Crossing, name: string): Promise<Map<string, ModelVersion>> {
  const versions = await modelVersions(target, name);
  return new Map(versions.map((version) => [versionIdentity(version), version]));
}

async function register(
  crossing: Crossing,
  model: RegisteredModelRecord,
  version: VersionRecord,
): Promise<ModelVersion> {
  const identity = versionIdentity(version);
  const { modelName, description, tags } = version;
  const origin = await sourceAtTarget(crossing, model, version);
  return createModelVersion(
    crossing.target,
    {
      modelName,
      ...origin,
      ...(description !== '' && { description }),
      tags: { ...tags, [SOURCE_VERSION_TAG]: identity },
    },
    tags[REQUEST_ID_TAG] ?? identity,
  );
}

async function completeVersion(
  { target }: Crossing,
  { modelName, description, tags }: VersionRecord,
  there: ModelVersion,
): Promise<boolean> {
  const missing = Object.entries(pairsMissing(withoutMarks(tags), there.tags));
  for (const [key, value] of missing)
    await setModelVersionTag(target, modelName, there.version, { key, value });
  const isNewText = description !== '' && there.description === '';
  if (isNewText) await describeModelVersion(target, modelName, there.version, description);
  return missing.length > 0 || isNewText;
}

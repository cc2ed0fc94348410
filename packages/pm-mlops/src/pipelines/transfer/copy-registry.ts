import type { ModelVersion } from '../../mlflow/model-version.ts';
import {
  createModelVersion,
  describeModelVersion,
  modelVersions,
  setModelVersionTag,
  transitionStage,
} from '../../mlflow/model-versions.ts';
import {
  ensureRegisteredModel,
  findRegisteredModel,
  setAlias,
  setRegisteredModelTag,
} from '../../mlflow/registered-models.ts';
import { REQUEST_ID_TAG } from '../../mlflow/runs.ts';
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
    const crosses = await Promise.all(model.versions.map(({ runId = '' }) => crossing.runAtTarget(runId)));
    if (!options.all && crosses.every((place) => place === undefined)) continue;
    await orLoss(crossing.report.losses, `registered model ${model.name}`, () =>
      copyModel(crossing, model, options.stages),
    );
  }
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

/** None and Archived first: who enters Staging or Production archives who held it. */
async function copyStages(
  { target, report }: Crossing,
  model: RegisteredModelRecord,
  numbers: ReadonlyMap<string, string>,
): Promise<void> {
  const isActive = ({ stage }: VersionRecord) => stage === 'Staging' || stage === 'Production';
  const crossed = model.versions.filter(({ version }) => numbers.has(version));
  const staged = async () =>
    new Map((await modelVersions(target, model.name)).map((one) => [one.version, one.stage]));
  const before = await staged();
  for (const { version, stage } of crossed.toSorted((a, b) => Number(isActive(a)) - Number(isActive(b)))) {
    const number = numbers.get(version)!;
    if (before.get(number) !== stage) await transitionStage(target, model.name, number, stage);
  }
  const aliases = (await findRegisteredModel(target, model.name))?.aliases ?? {};
  for (const [alias, version] of Object.entries(model.aliases)) {
    const number = numbers.get(version);
    if (number === undefined)
      report.losses.push(`alias ${alias} of ${model.name}: its version ${version} did not cross`);
    else if (aliases[alias] !== number) await setAlias(target, model.name, alias, number);
  }
  const after = await staged();
  for (const { version, stage } of crossed.filter(
    ({ version, stage }) => after.get(numbers.get(version)!) !== stage,
  )) {
    report.losses.push(`version ${version} of ${model.name}: it is not in ${stage} at the target`);
  }
}

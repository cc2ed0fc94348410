import { modelVersions, transitionStage } from '../../mlflow/model-versions.ts';
import { findRegisteredModel, setAlias } from '../../mlflow/registered-models.ts';
import type { Crossing } from './crossing.ts';
import type { RegisteredModelRecord, VersionRecord } from './transfer-source.ts';

/**
 * Gives versions at the target the stages and aliases they have at the source. `numbers`: of each version that crossed, its
 * number at the target. None and Archived first: who enters Staging or Production archives who held it.
 */
export async function copyStages(
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

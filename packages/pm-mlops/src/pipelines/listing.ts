import type { MlflowClient } from '../mlflow/client.ts';
import { findExperiment } from '../mlflow/experiments.ts';
import type { ModelVersion } from '../mlflow/model-version.ts';
import { modelVersions } from '../mlflow/model-versions.ts';
import { findRegisteredModel, searchRegisteredModels } from '../mlflow/registered-models.ts';
import type { Run } from '../mlflow/run.ts';
import { searchRuns } from '../mlflow/runs.ts';

export interface ListedVersion extends ModelVersion {
  readonly aliases: readonly string[];
}

/** Every version of every registered model, models by name, the highest version first. */
export async function everyVersion(client: MlflowClient): Promise<ListedVersion[]> {
  const listed: ListedVersion[] = [];
  for await (const { name } of searchRegisteredModels(client)) {
    for (const version of await modelVersions(client, name)) {
      listed.push({ ...version, aliases: await aliasesOf(client, version) });
    }
  }
  return listed;
}

/** Aliases that point at a version. Asked of the model by name: searches leave them out. */
export async function aliasesOf(
  client: MlflowClient,
  { modelName, version }: ModelVersion,
): Promise<string[]> {
  const aliases = (await findRegisteredModel(client, modelName))?.aliases ?? {};
  return Object.keys(aliases).filter((alias) => aliases[alias] === version);
}

/** Runs of an experiment that pass MLflow's filter, the latest start first; none where there is no such experiment. */
export async function listRuns(
  client: MlflowClient,
  experimentName: string,
  { rows, filter }: { rows: number; filter?: string | undefined },
): Promise<Run[]> {
  const experimentId = await findExperiment(client, experimentName);
  const runs: Run[] = [];
  if (experimentId === undefined || rows === 0) return runs;
  const pageSize = Math.min(rows, 1000);
  for await (const run of searchRuns(client, { experimentIds: [experimentId], filter, pageSize })) {
    if (runs.push(run) === rows) break;
  }
  return runs;
}

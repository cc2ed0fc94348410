import { UserError } from 'pm-core';
import type { MlflowClient } from './client.ts';
import { type ActiveStage, holderOf, type ModelStage, type ModelVersion } from './model-version.ts';
import { modelVersions, transitionStage } from './model-versions.ts';
import { deleteAlias, findRegisteredModel, setAlias } from './registered-models.ts';

/** The alias that follows each active stage. */
export const STAGE_ALIASES: Readonly<Record<ActiveStage, string>> = Object.freeze({
  Production: 'champion',
  Staging: 'challenger',
});
const activeStages = ['Production', 'Staging'] as const;
/** Rounds of reading and mending before giving up: each other process moving a version at that moment costs one. */
const maxRounds = 10;

/**
 * Moves a version to a stage. Who held an active stage is archived; then the aliases follow.
 *
 * MLflow has no compare-and-swap: of two processes moving versions into a stage at once both may succeed. So the versions
 * are read again and all but one of the stage archived, by a rule that every process comes to alike (byPrecedence).
 * @throws UserError `stage-taken` where another version came to hold the stage meanwhile; the aliases are right all the same.
 */
export async function moveToStage(
  client: MlflowClient,
  modelName: string,
  version: string,
  stage: ModelStage,
): Promise<ModelVersion> {
  await transitionStage(client, modelName, version, stage);
  const { versions } = await repairStages(client, modelName);
  const moved = versions.find((one) => one.version === version);
  if (moved?.stage === stage) return moved;
  const holder = holderOf(stage, versions);
  throw new UserError(
    'stage-taken',
    `Version ${version} of ${modelName} did not stay in ${stage}: ${holder ? `version ${holder.version} was moved there` : 'it was moved on'} at the same time.`,
    {
      next: `Look at both with \`pm models list\` and move version ${version} again if it is the better one.`,
    },
  );
}

export interface Repair {
  /** What was put right, as sentences; empty where all was right. */
  readonly repairs: readonly string[];
  /** The versions as they stand now. */
  readonly versions: readonly ModelVersion[];
}

/**
 * Mends what a crash or a race left: one version in each active stage, the stage's alias at that version, no alias of a
 * stage that nobody holds. The stage is the truth. Reads again after each change until nothing is left to mend.
 */
export async function repairStages(client: MlflowClient, modelName: string): Promise<Repair> {
  const repairs: string[] = [];
  for (let round = 0; round < maxRounds; round++) {
    const versions = await modelVersions(client, modelName);
    const mended = [...(await settle(client, versions)), ...(await mendAliases(client, modelName, versions))];
    if (mended.length === 0) return { repairs, versions };
    repairs.push(...mended);
  }
  throw new UserError(
    'registry-busy',
    `The stages of ${modelName} kept changing while they were put right.`,
    {
      next: 'Try again when no other process moves versions of this model.',
    },
  );
}

/** Archives all but one version of each active stage. */
async function settle(client: MlflowClient, versions: readonly ModelVersion[]): Promise<string[]> {
  const archived: string[] = [];
  for (const stage of activeStages) {
    const holder = holderOf(stage, versions);
    for (const other of versions.filter((one) => one.stage === stage && one !== holder)) {
      await transitionStage(client, other.modelName, other.version, 'Archived');
      archived.push(`version ${other.version} archived: version ${holder!.version} holds ${stage}`);
    }
  }
  return archived;
}

async function mendAliases(
  client: MlflowClient,
  modelName: string,
  versions: readonly ModelVersion[],
): Promise<string[]> {
  const aliases = (await findRegisteredModel(client, modelName))?.aliases ?? {};
  const mended: string[] = [];
  for (const stage of activeStages) {
    const alias = STAGE_ALIASES[stage];
    const holder = holderOf(stage, versions)?.version;
    if (aliases[alias] === holder) continue;
    if (holder === undefined) await deleteAlias(client, modelName, alias);
    else await setAlias(client, modelName, alias, holder);
    mended.push(holder === undefined ? `alias ${alias} removed` : `alias ${alias} set to version ${holder}`);
  }
  return mended;
}

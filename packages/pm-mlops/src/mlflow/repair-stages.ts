import { UserError } from 'pm-core';
import type { MlflowClient } from './client.ts';
import { type Explanation, explainGap, nextNumber, type StageGap, stageGaps } from './ledger.ts';
import { writeEntry } from './ledger-entry.ts';
import { hasErrorCode } from './mlflow-error.ts';
import { type ActiveStage, holderOf, type ModelVersion } from './model-version.ts';
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

export interface Repair {
  /** What was put right, as sentences; empty where all was right. */
  readonly repairs: readonly string[];
  /** The versions as they stand now. */
  readonly versions: readonly ModelVersion[];
}

/**
 * Mends what a crash, a race or another tool left: one version in each active stage, the stage's alias at that version, no alias
 * of a stage that nobody holds, an entry in the ledger for each move. The stage is the truth. Reads again after each change until
 * nothing is left to mend.
 */
export const repairStages = (client: MlflowClient, modelName: string): Promise<Repair> =>
  mendStages(client, modelName, explainGap);

/** What the ledger is to say of a gap; undefined where that is for another to say, or for the next round. */
export type Explain = (gap: StageGap, versions: readonly ModelVersion[]) => Explanation | undefined;

/** As {@link repairStages}, of the ledger what `explain` can tell. @throws UserError `registry-busy` */
export async function mendStages(client: MlflowClient, modelName: string, explain: Explain): Promise<Repair> {
  const repairs: string[] = [];
  for (let round = 0; round < maxRounds; round++) {
    const versions = await modelVersions(client, modelName);
    const mended = [
      ...(await settle(client, versions)),
      ...(await mendLedger(client, versions, explain)),
      ...(await mendAliases(client, modelName, versions)),
    ];
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

async function mendLedger(
  client: MlflowClient,
  versions: readonly ModelVersion[],
  explain: Explain,
): Promise<string[]> {
  const written: string[] = [];
  for (const gap of stageGaps(versions)) {
    const entry = explain(gap, versions);
    if (entry === undefined) continue;
    await writeEntry(client, gap.version, { ...entry, seq: nextNumber(versions) + written.length });
    written.push(
      entry.action === 'outside'
        ? `version ${gap.version.version} went from ${gap.from} to ${entry.to} without an entry, at or before ${entry.at}`
        : `entry for version ${gap.version.version}: ${entry.why}`,
    );
  }
  return written;
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
    const mend = () =>
      holder === undefined
        ? deleteAlias(client, modelName, alias)
        : setAlias(client, modelName, alias, holder);
    if (!(await unlessWithoutAliases(mend))) return mended;
    mended.push(holder === undefined ? `alias ${alias} removed` : `alias ${alias} set to version ${holder}`);
  }
  return mended;
}

/** False where the registry has no aliases at all, as that of a Databricks workspace: its stages say everything. */
async function unlessWithoutAliases(mend: () => Promise<void>): Promise<boolean> {
  try {
    await mend();
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'ENDPOINT_NOT_FOUND')) return false;
    throw error;
  }
}

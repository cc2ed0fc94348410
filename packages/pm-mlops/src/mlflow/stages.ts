import { UserError } from 'pm-core';
import type { MlflowClient } from './client.ts';
import { archivedByArrival, nextNumber, overtaken } from './ledger.ts';
import { type MoveAction, writeEntry } from './ledger-entry.ts';
import { holderOf, type ModelStage, type ModelVersion } from './model-version.ts';
import { modelVersions, transitionStage } from './model-versions.ts';
import { type Explain, mendStages } from './repair-stages.ts';

const MOST_TRIES = 3;

/** Who moves a version, when and why: what the ledger keeps of it. */
export interface StageMove {
  readonly action: Exclude<MoveAction, 'archive' | 'repair' | 'outside'>;
  /** User name as MLflow has it. */
  readonly by: string;
  readonly at: Date;
  readonly why: string;
  /** Where the evidence is, such as `runs:/RUN/gate/TIME`. */
  readonly evidence?: string | undefined;
  /** SHA-256 of the gate's verdict. */
  readonly digest?: string | undefined;
}

/**
 * Moves a version to a stage and leaves an entry in the ledger. Who held an active stage is archived; then the aliases follow.
 *
 * MLflow has no compare-and-swap: of two processes moving versions into a stage at once both may succeed. So the versions
 * are read again and all but one of the stage archived, by a rule that every process comes to alike (byPrecedence).
 * @throws UserError `stage-taken` where another version came to hold the stage meanwhile; ledger and aliases are right all the same.
 */
export async function moveToStage(
  client: MlflowClient,
  modelName: string,
  version: string,
  stage: ModelStage,
  move: StageMove,
): Promise<ModelVersion> {
  const explain: Explain = (gap, versions) =>
    gap.version.version === version && gap.version.stage === stage
      ? { ...move, at: move.at.toISOString(), from: gap.from, to: stage }
      : (archivedByArrival(gap, versions) ?? overtaken(gap));
  for (let tries = 1; ; tries++) {
    await transition(client, modelName, { version, stage, move });
    const { versions } = await mendStages(client, modelName, explain);
    const moved = versions.find((one) => one.version === version);
    if (moved?.stage === stage) return moved;
    const holder = holderOf(stage, versions);
    // Who settles an earlier race may archive a version that has just come to the stage, and leave it empty.
    if (holder !== undefined || moved === undefined || tries === MOST_TRIES)
      throw stageTaken(modelName, { version, stage, holder });
  }
}

async function transition(
  client: MlflowClient,
  modelName: string,
  { version, stage, move }: { version: string; stage: ModelStage; move: StageMove },
): Promise<void> {
  const before = await modelVersions(client, modelName);
  await transitionStage(client, modelName, version, stage);
  const from = before.find((one) => one.version === version)?.stage ?? 'None';
  if (from === stage) return;
  const entry = { ...move, at: move.at.toISOString(), seq: nextNumber(before), from, to: stage };
  await writeEntry(client, { modelName, version }, entry);
}

function stageTaken(
  modelName: string,
  { version, stage, holder }: { version: string; stage: ModelStage; holder: ModelVersion | undefined },
): UserError {
  const how = holder ? `version ${holder.version} was moved there` : 'it was moved on';
  return new UserError(
    'stage-taken',
    `Version ${version} of ${modelName} did not stay in ${stage}: ${how} at the same time.`,
    {
      next: `Look at both with \`pm models list\` and move version ${version} again if it is the better one.`,
    },
  );
}

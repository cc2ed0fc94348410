import { UserError } from 'pm-core';
import type { MlflowClient } from '../../mlflow/client.ts';
import { readLedgerAndGaps } from '../../mlflow/ledger.ts';
import type { LedgerEntry } from '../../mlflow/ledger-entry.ts';
import type { ModelStage } from '../../mlflow/model-version.ts';
import { modelVersions } from '../../mlflow/model-versions.ts';

/** Where a version stood, and the move that brought it there. */
export interface Standing {
  readonly version: string;
  readonly stage: ModelStage;
  /** Undefined where no move is known: the version stood where it was made. */
  readonly move: LedgerEntry | undefined;
}

export interface StagesAt {
  readonly modelName: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Versions that there were and still are, the highest number first. */
  readonly standings: readonly Standing[];
  /** Sentences on what may have been otherwise: moves without an entry, of which only the latest possible time is known. */
  readonly doubts: readonly string[];
}

/**
 * What stood where at a time (ISO 8601, moves at that very time included), by the ledger. Writes nothing.
 * @throws UserError `model-not-found`
 */
export async function stagesAt(client: MlflowClient, modelName: string, at: string): Promise<StagesAt> {
  const versions = await modelVersions(client, modelName);
  if (versions.length === 0) {
    throw new UserError('model-not-found', `There is no version of ${modelName}.`, {
      next: '`pm models list` shows what is registered, `pm train` makes a version; --config names another workflow.',
    });
  }
  const time = Date.parse(at);
  const ledger = readLedgerAndGaps(versions);
  const standings = versions
    .filter(({ createdAtMs }) => createdAtMs <= time)
    .map(({ version }): Standing => {
      const move = ledger.findLast((one) => one.version === version && Date.parse(one.at) <= time);
      return { version, stage: move?.to ?? 'None', move };
    });
  const doubts = standings.flatMap(({ version }) => {
    const next = ledger.find((one) => one.version === version && Date.parse(one.at) > time);
    return next?.action === 'outside' ? [doubtOf(next)] : [];
  });
  return { modelName, at, standings, doubts };
}

const doubtOf = ({ version, from, to, at }: LedgerEntry): string =>
  `Version ${version} was moved from ${from} to ${to} without an entry, at or before ${at}: it may have stood there already.`;

import { UserError } from 'pm-core';
import { MlflowError } from '../../mlflow/mlflow-error.ts';

/** How many of a kind were made, found incomplete and completed, or found complete at the target. */
export interface Tally {
  created: number;
  completed: number;
  unchanged: number;
}

/** What a transfer did. Everything counted was read back from the target and compared. */
export interface TransferReport {
  readonly experiments: number;
  readonly runs: Tally;
  readonly loggedModels: Tally;
  readonly modelVersions: Tally;
  /** Points of metric histories at the source, all of them at the target unless a loss says otherwise. */
  metricPoints: number;
  /** Files whose SHA-256 is the same on both sides. */
  artifactFiles: number;
  artifactBytes: number;
  /** Deleted runs of the source, which are left out. */
  deletedRuns: number;
  /** What did not arrive, a sentence each. */
  readonly losses: string[];
}

const tally = (): Tally => ({ created: 0, completed: 0, unchanged: 0 });

export const emptyReport = (experiments: number): TransferReport => ({
  experiments,
  runs: tally(),
  loggedModels: tally(),
  modelVersions: tally(),
  metricPoints: 0,
  artifactFiles: 0,
  artifactBytes: 0,
  deletedRuns: 0,
  losses: [],
});

/**
 * Does some work; what the target refuses, or what cannot be written there, becomes a loss under the name `what`.
 * Failures that another try may mend (no answer, 5xx, 401, 403, 429) end the transfer: it goes on where it stopped.
 */
export async function orLoss(losses: string[], what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    losses.push(`${what}: ${error.message}`);
  }
}

function isRefusal(error: unknown): error is Error {
  if (error instanceof UserError) return true;
  return error instanceof MlflowError && [400, 404, 409, 413].includes(error.status);
}

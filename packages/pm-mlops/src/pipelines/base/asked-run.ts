import { UserError } from 'pm-core';
import type { MlflowClient } from '../../mlflow/client.ts';
import { hasErrorCode } from '../../mlflow/mlflow-error.ts';
import type { Run } from '../../mlflow/run.ts';
import { getRun } from '../../mlflow/runs.ts';

/** The run that a person asked for. @throws UserError `run-not-found`, also for what cannot be the id of a run. */
export async function askedRun(client: MlflowClient, runId: string): Promise<Run> {
  try {
    return await getRun(client, runId);
  } catch (error) {
    if (!hasErrorCode(error, 'RESOURCE_DOES_NOT_EXIST', 'INVALID_PARAMETER_VALUE')) throw error;
    throw new UserError('run-not-found', `There is no run ${runId}.`, {
      next: '`pm runs list` shows the runs of a workflow; --config names another one.',
      cause: error,
    });
  }
}

import { UserError } from 'pm-core';
import { answerOf, type MlflowClient } from './client.ts';
import { createOnce } from './create-once.ts';
import { hasErrorCode } from './mlflow-error.ts';

/**
 * Id of the experiment of this name, which is created if missing; another process may do so at the same time.
 * @throws UserError `experiment-deleted` where the name belongs to a deleted one.
 */
export async function experimentIdByName(client: MlflowClient, name: string): Promise<string> {
  const find = () => findExperiment(client, name);
  const create = async () => {
    try {
      const created = await answerOf(
        client.api.POST('/api/2.0/mlflow/experiments/create', { body: { name } }),
      );
      return created.experiment_id!;
    } catch (error) {
      const theirs = hasErrorCode(error, 'RESOURCE_ALREADY_EXISTS') ? await find() : undefined;
      if (theirs === undefined) throw error;
      return theirs;
    }
  };
  return (await find()) ?? createOnce(client.retry, { create, find });
}

/**
 * Id of the experiment of this name; undefined where there is none.
 * @throws UserError `experiment-deleted` where the name belongs to a deleted one.
 */
export async function findExperiment({ api }: MlflowClient, name: string): Promise<string | undefined> {
  try {
    const query = { experiment_name: name };
    const { experiment } = await answerOf(
      api.GET('/api/2.0/mlflow/experiments/get-by-name', { params: { query } }),
    );
    if (experiment?.lifecycle_stage !== 'deleted') return experiment?.experiment_id;
    throw new UserError(
      'experiment-deleted',
      `The experiment ${name} was deleted, which keeps its name taken.`,
      {
        next: `Restore it (mlflow experiments restore --experiment-id ${experiment.experiment_id}) or use another name.`,
      },
    );
  } catch (error) {
    if (hasErrorCode(error, 'RESOURCE_DOES_NOT_EXIST')) return undefined;
    throw error;
  }
}

import { answerOf } from '../mlflow/client.ts';
import type { DatabricksClient } from './client.ts';
import { unlessMissing } from './databricks-error.ts';
import { type Ensured, ensure } from './ensure.ts';
import { idOf } from './int64.ts';

export interface WorkspaceExperiment {
  readonly experimentId: string;
  /** An absolute path in the workspace. */
  readonly name: string;
  readonly isDeleted: boolean;
}

/** An experiment by its path, a deleted one too; undefined where there is none. */
export async function findWorkspaceExperiment(
  { api }: DatabricksClient,
  name: string,
): Promise<WorkspaceExperiment | undefined> {
  const params = { query: { experiment_name: name } };
  const answer = await unlessMissing(() =>
    answerOf(api.GET('/api/2.0/mlflow/experiments/get-by-name', { params })),
  );
  const { experiment_id, lifecycle_stage } = answer?.experiment ?? {};
  if (experiment_id === undefined) return undefined;
  return { experimentId: idOf(experiment_id), name, isDeleted: lifecycle_stage === 'deleted' };
}

/** Finds an experiment by its path, restoring a deleted one, or creates it. Its folder must exist. */
export async function ensureExperiment(
  client: DatabricksClient,
  name: string,
): Promise<Ensured<WorkspaceExperiment>> {
  const { api } = client;
  const ensured = await ensure(client, {
    find: () => findWorkspaceExperiment(client, name),
    create: async () => {
      const answer = await answerOf(api.POST('/api/2.0/mlflow/experiments/create', { body: { name } }));
      return { experimentId: idOf(answer.experiment_id), name, isDeleted: false };
    },
  });
  const { experimentId, isDeleted } = ensured.made;
  if (!isDeleted) return ensured;
  await api.POST('/api/2.0/mlflow/experiments/restore', { body: { experiment_id: experimentId } });
  return { made: { experimentId, name, isDeleted: false }, isNew: true };
}

/** Deletes an experiment; the service keeps it for 30 days. None there is no error. */
export async function deleteExperiment({ api }: DatabricksClient, experimentId: string): Promise<void> {
  await unlessMissing(() =>
    api.POST('/api/2.0/mlflow/experiments/delete', { body: { experiment_id: experimentId } }),
  );
}

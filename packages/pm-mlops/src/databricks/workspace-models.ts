import { answerOf } from '../mlflow/client.ts';
import { allOf, everyItem } from '../mlflow/pages.ts';
import type { DatabricksClient } from './client.ts';
import { unlessMissing } from './databricks-error.ts';
import { type Ensured, ensure } from './ensure.ts';

/** A registered model of the workspace registry, which has stages. */
export interface WorkspaceModel {
  readonly name: string;
  /** What permissions are set by. */
  readonly id: string | undefined;
}

/** A registered model by its name; undefined where there is none. */
export async function findWorkspaceModel(
  { api }: DatabricksClient,
  name: string,
): Promise<WorkspaceModel | undefined> {
  const params = { query: { name } };
  const answer = await unlessMissing(() =>
    answerOf(api.GET('/api/2.0/mlflow/databricks/registered-models/get', { params })),
  );
  if (answer !== undefined) return { name, id: answer.registered_model_databricks?.id };
  // A service without that endpoint answers 404 too.
  const plain = await unlessMissing(() => api.GET('/api/2.0/mlflow/registered-models/get', { params }));
  return plain && { name, id: undefined };
}

/** Finds a registered model or creates it without a version. */
export function ensureWorkspaceModel(
  client: DatabricksClient,
  name: string,
): Promise<Ensured<WorkspaceModel>> {
  return ensure(client, {
    find: () => findWorkspaceModel(client, name),
    create: async () => {
      await client.api.POST('/api/2.0/mlflow/registered-models/create', { body: { name } });
      return (await findWorkspaceModel(client, name)) ?? { name, id: undefined };
    },
  });
}

/** The versions of a registered model and their stages. */
export async function listWorkspaceVersions(
  { api }: DatabricksClient,
  name: string,
): Promise<{ version: string; stage: string }[]> {
  const every = everyItem(async (pageToken) => {
    const query = {
      filter: `name='${name.replaceAll("'", "\\'")}'`,
      max_results: 100,
      ...(pageToken !== undefined && { page_token: pageToken }),
    };
    const { model_versions, next_page_token } = await answerOf(
      api.GET('/api/2.0/mlflow/model-versions/search', { params: { query } }),
    );
    return { items: model_versions, nextPageToken: next_page_token };
  });
  const versions = await allOf(every);
  return versions.map(({ version = '', current_stage = 'None' }) => ({ version, stage: current_stage }));
}

/** Deletes a registered model with its versions, none of which may be in Staging or Production; none there is no error. */
export async function deleteWorkspaceModel({ api }: DatabricksClient, name: string): Promise<void> {
  // Some services read the body, some the query.
  const given = { params: { query: { name } }, body: { name } };
  await unlessMissing(() => api.DELETE('/api/2.0/mlflow/registered-models/delete', given));
}

/** Moves a version to a stage; those that were in Staging or Production are archived when another one comes. */
export async function transitionWorkspaceStage(
  { api }: DatabricksClient,
  move: { name: string; version: string; stage: 'None' | 'Staging' | 'Production' | 'Archived' },
): Promise<void> {
  await api.POST('/api/2.0/mlflow/databricks/model-versions/transition-stage', {
    // For the other stages the service refuses to archive.
    body: { ...move, archive_existing_versions: /^(Staging|Production)$/.test(move.stage) },
  });
}

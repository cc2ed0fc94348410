import { answerOf, type MlflowClient } from './client.ts';
import { createOnce } from './create-once.ts';
import { hasErrorCode } from './mlflow-error.ts';
import {
  type ModelVersion,
  modelVersionOf,
  type RegisteredModel,
  registeredModelOf,
} from './model-version.ts';
import { everyItem } from './pages.ts';

/** The registered model of this name, created if missing; another process may do so at the same time. */
export async function ensureRegisteredModel(
  client: MlflowClient,
  name: string,
  description?: string,
): Promise<RegisteredModel> {
  const body = { name, ...(description !== undefined && { description }) };
  const find = () => findRegisteredModel(client, name);
  const create = async () => {
    try {
      const created = await answerOf(client.api.POST('/api/2.0/mlflow/registered-models/create', { body }));
      return registeredModelOf(created.registered_model);
    } catch (error) {
      const theirs = hasErrorCode(error, 'RESOURCE_ALREADY_EXISTS') ? await find() : undefined;
      if (theirs === undefined) throw error;
      return theirs;
    }
  };
  return (await find()) ?? createOnce(client.retry, { create, find });
}

/** The registered model of this name, with its aliases; undefined where there is none. */
export async function findRegisteredModel(
  { api }: MlflowClient,
  name: string,
): Promise<RegisteredModel | undefined> {
  try {
    const query = { name };
    const found = await answerOf(api.GET('/api/2.0/mlflow/registered-models/get', { params: { query } }));
    return registeredModelOf(found.registered_model);
  } catch (error) {
    if (hasErrorCode(error, 'RESOURCE_DOES_NOT_EXIST')) return undefined;
    throw error;
  }
}

/** Registered models that pass MLflow's filter (`name LIKE 'pm%'`), page by page. Aliases are not filled: read one by name. */
export function searchRegisteredModels(
  { api }: MlflowClient,
  filter?: string,
): AsyncGenerator<RegisteredModel, void, undefined> {
  return everyItem(async (page_token) => {
    const query = {
      max_results: 1000,
      ...(filter !== undefined && { filter }),
      ...(page_token && { page_token }),
    };
    const found = await answerOf(api.GET('/api/2.0/mlflow/registered-models/search', { params: { query } }));
    return { items: found.registered_models?.map(registeredModelOf), nextPageToken: found.next_page_token };
  });
}

export async function setRegisteredModelTag(
  { api }: MlflowClient,
  name: string,
  key: string,
  value: string,
): Promise<void> {
  await api.POST('/api/2.0/mlflow/registered-models/set-tag', { body: { name, key, value } });
}

/** Each loses only to another caller that has set the alias in between. */
const ALIAS_TRIES = 5;

/** Points an alias at a version, away from any other; of two callers at once the later one wins. `latest` and `v1`, `v2` … are reserved. */
export async function setAlias(
  { api, retry }: MlflowClient,
  name: string,
  alias: string,
  version: string,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await api.POST('/api/2.0/mlflow/registered-models/alias', { body: { name, alias, version } });
      return;
    } catch (error) {
      // MLflow looks for the alias and inserts it; who sets a new one at the same moment is refused by the database.
      if (tries === ALIAS_TRIES || !hasErrorCode(error, 'BAD_REQUEST')) throw error;
      await retry.sleep(retry.random() * 50 * tries);
    }
  }
}

/** Removes an alias; one that is not there is no error. */
export async function deleteAlias({ api }: MlflowClient, name: string, alias: string): Promise<void> {
  await api.DELETE('/api/2.0/mlflow/registered-models/alias', { body: { name, alias } });
}

/** The version an alias points at; undefined where model or alias do not exist (MLflow: 404, and 400 for the alias), or the registry has none. */
export async function versionByAlias(
  { api }: MlflowClient,
  name: string,
  alias: string,
): Promise<ModelVersion | undefined> {
  try {
    const query = { name, alias };
    const found = await answerOf(api.GET('/api/2.0/mlflow/registered-models/alias', { params: { query } }));
    return modelVersionOf(found.model_version);
  } catch (error) {
    const codes = ['RESOURCE_DOES_NOT_EXIST', 'INVALID_PARAMETER_VALUE', 'ENDPOINT_NOT_FOUND'];
    if (hasErrorCode(error, ...codes)) return undefined;
    throw error;
  }
}

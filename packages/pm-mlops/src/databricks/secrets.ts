import { answerOf } from '../mlflow/client.ts';
import type { DatabricksClient } from './client.ts';
import { DatabricksError, unlessMissing } from './databricks-error.ts';
import { type Ensured, ensure } from './ensure.ts';

/** Names of all secret scopes that the caller sees, sorted. */
export async function listScopes({ api }: DatabricksClient): Promise<string[]> {
  const { scopes = [] } = await answerOf(api.GET('/api/2.0/secrets/scopes/list'));
  return scopes.flatMap(({ name }) => name ?? []).sort();
}

/** Finds a scope or creates it; who creates one manages it. */
export function ensureScope(client: DatabricksClient, scope: string): Promise<Ensured<string>> {
  return ensure(client, {
    find: async () => (await listScopes(client)).find((name) => name === scope),
    create: async () => {
      await client.api.POST('/api/2.0/secrets/scopes/create', { body: { scope } });
      return scope;
    },
  });
}

/** Removes a scope with its secrets; none there is no error. */
export async function deleteScope({ api }: DatabricksClient, scope: string): Promise<void> {
  await unlessMissing(() => api.POST('/api/2.0/secrets/scopes/delete', { body: { scope } }));
}

/** Stores a secret, in place of one that is there. An error never shows the value, whatever the service says. */
export async function putSecret(
  { api }: DatabricksClient,
  { scope, key, value }: { scope: string; key: string; value: string },
): Promise<void> {
  try {
    await api.POST('/api/2.0/secrets/put', { body: { scope, key, string_value: value } });
  } catch (error) {
    throw error instanceof DatabricksError && error.message.includes(value) ? withoutWords(error) : error;
  }
}

function withoutWords({ status, errorCode, method, path }: DatabricksError): DatabricksError {
  return new DatabricksError({ status, errorCode, method, path, message: `${status} ${errorCode ?? ''}` });
}

/** Keys of a scope, sorted; undefined where there is no such scope. Values cannot be read. */
export async function listSecrets({ api }: DatabricksClient, scope: string): Promise<string[] | undefined> {
  const found = await unlessMissing(() =>
    answerOf(api.GET('/api/2.0/secrets/list', { params: { query: { scope } } })),
  );
  return found && (found.secrets ?? []).flatMap(({ key }) => key ?? []).sort();
}

/** Removes a secret; none there is no error. */
export async function deleteSecret({ api }: DatabricksClient, scope: string, key: string): Promise<void> {
  await unlessMissing(() => api.POST('/api/2.0/secrets/delete', { body: { scope, key } }));
}

import { UserError } from 'pm-core';
import { answerOf } from '../mlflow/client.ts';
import type { DatabricksClient } from './client.ts';
import { unlessMissing } from './databricks-error.ts';
import { type Ensured, ensure } from './ensure.ts';

/** An object of Unity Catalog by its full name, such as `main.maintenance.lake`. */
export interface Securable {
  readonly fullName: string;
  readonly owner: string | undefined;
  readonly comment: string | undefined;
}

type Kind = 'schemas' | 'volumes' | 'models';

/** Finds a schema, `catalog.schema`, or creates it with a comment in its catalog, which must be there. */
export function ensureSchema(
  client: DatabricksClient,
  fullName: string,
  comment?: string,
): Promise<Ensured<Securable>> {
  const [catalog_name, name] = parts(fullName, 2) as [string, string];
  return ensure(client, {
    find: () => findSecurable(client, 'schemas', fullName),
    create: async () =>
      securable(
        fullName,
        await answerOf(
          client.api.POST('/api/2.1/unity-catalog/schemas', {
            body: { catalog_name, name, ...commented(comment) },
          }),
        ),
      ),
  });
}

/** Finds a managed volume, `catalog.schema.volume`, or creates it in its schema, which must be there. */
export function ensureVolume(
  client: DatabricksClient,
  fullName: string,
  comment?: string,
): Promise<Ensured<Securable>> {
  const [catalog_name, schema_name, name] = parts(fullName, 3) as [string, string, string];
  const body = { catalog_name, schema_name, name, volume_type: 'MANAGED', ...commented(comment) } as const;
  return ensure(client, {
    find: () => findSecurable(client, 'volumes', fullName),
    create: async () =>
      securable(fullName, await answerOf(client.api.POST('/api/2.1/unity-catalog/volumes', { body }))),
  });
}

/** Finds a registered model, `catalog.schema.model`, or creates it in its schema, which must be there. */
export function ensureCatalogModel(
  client: DatabricksClient,
  fullName: string,
  comment?: string,
): Promise<Ensured<Securable>> {
  const [catalog_name, schema_name, name] = parts(fullName, 3) as [string, string, string];
  const body = { catalog_name, schema_name, name, ...commented(comment) };
  return ensure(client, {
    find: () => findSecurable(client, 'models', fullName),
    create: async () =>
      securable(fullName, await answerOf(client.api.POST('/api/2.1/unity-catalog/models', { body }))),
  });
}

/** An object of Unity Catalog; undefined where there is none, or the caller may not know of it. */
export async function findSecurable(
  { api }: DatabricksClient,
  kind: Kind,
  fullName: string,
): Promise<Securable | undefined> {
  const params = { path: { full_name: fullName } };
  const found = await unlessMissing(() =>
    answerOf(api.GET(`/api/2.1/unity-catalog/${kind}/{full_name}`, { params })),
  );
  return found && securable(fullName, found);
}

/** Removes an object, a volume with its files; none there is no error. A schema must be empty. */
export async function deleteSecurable(
  { api }: DatabricksClient,
  kind: Kind,
  fullName: string,
): Promise<void> {
  const params = { path: { full_name: fullName } };
  await unlessMissing(() => api.DELETE(`/api/2.1/unity-catalog/${kind}/{full_name}`, { params }));
}

function parts(fullName: string, count: 2 | 3): string[] {
  const names = fullName.split('.');
  if (names.length === count && names.every((name) => name !== '')) return names;
  const form = ['catalog', 'schema', 'name'].slice(0, count).join('.');
  throw new UserError('bad-catalog-name', `'${fullName}' is not of the form ${form}.`);
}

const commented = (comment: string | undefined) => (comment === undefined ? {} : { comment });

const securable = (
  fullName: string,
  { owner, comment }: { owner?: string; comment?: string },
): Securable => ({
  fullName,
  owner,
  comment,
});

import { dirname } from 'node:path/posix';
import { UserError } from 'pm-core';
import {
  type DatabricksClient,
  DatabricksError,
  ensureCatalogModel,
  ensureExperiment,
  ensureSchema,
  ensureScope,
  ensureVolume,
  ensureWorkspaceModel,
  findSecurable,
  findWorkspaceExperiment,
  findWorkspaceModel,
  hasNoEndpoint,
  listScopes,
  makeFolder,
  workspaceObject,
  workspacePath,
} from '../../databricks/index.ts';
import { type Change, change } from './change.ts';
import { type Deployment, ownershipMark } from './deployment.ts';

/** One thing that is there or is not: nothing of it is ever updated. */
interface Place {
  readonly kind: string;
  readonly name: string;
  isThere(): Promise<boolean>;
  create(): Promise<unknown>;
}

/** What is missing of the places that code, data and models go to, in the order of need. */
export async function placeChanges(
  client: DatabricksClient,
  deployment: Deployment,
): Promise<{ changes: Change[]; unchanged: number }> {
  const places = placesOf(client, deployment);
  const changes: Change[] = [];
  for (const { kind, name, isThere, create } of places) {
    if (await isThere()) continue;
    const apply = async () => void (await create());
    changes.push(change({ action: 'create', kind, name, apply }));
  }
  return { changes, unchanged: places.length - changes.length };
}

function placesOf(client: DatabricksClient, deployment: Deployment): Place[] {
  const { schema, volume, secretScope, experiment, registeredModel, rootPath } = deployment;
  return [
    folder(client, rootPath),
    ...[...new Set(deployment.files.map(({ path }) => dirname(path)))].map((path) => folder(client, path)),
    ...catalogPlaces(client, { schema, volume, mark: ownershipMark(deployment) }),
    ...optional(secretScope, (name) => ({
      kind: 'secret scope',
      name,
      isThere: async () => (await listScopes(client)).includes(name),
      create: () => ensureScope(client, name),
    })),
    ...optional(experiment, (name) => [
      folder(client, workspacePath(dirname(name))),
      experimentPlace(client, name),
    ]),
    ...optional(registeredModel, (name) => modelPlace(client, name, ownershipMark(deployment))),
  ];
}

const optional = (name: string | undefined, place: (name: string) => Place | Place[]): Place[] =>
  name === undefined ? [] : [place(name)].flat();

const folder = (client: DatabricksClient, name: string): Place => ({
  kind: 'folder',
  name,
  isThere: async () => (await workspaceObject(client, name)) !== undefined,
  create: () => makeFolder(client, name),
});

const experimentPlace = (client: DatabricksClient, name: string): Place => ({
  kind: 'experiment',
  name,
  isThere: async () => {
    const found = await findWorkspaceExperiment(client, name);
    return found !== undefined && !found.isDeleted;
  },
  create: () => ensureExperiment(client, name),
});

const catalogPlaces = (
  client: DatabricksClient,
  { schema, volume, mark }: { schema: string | undefined; volume: string | undefined; mark: string },
): Place[] => [
  ...optional(schema, (name) => ({
    kind: 'schema',
    name,
    isThere: () => isInCatalog(client, 'schemas', name),
    create: () => inCatalog(name, () => ensureSchema(client, name, mark)),
  })),
  ...optional(volume, (name) => ({
    kind: 'volume',
    name,
    isThere: () => isInCatalog(client, 'volumes', name),
    create: () => inCatalog(name, () => ensureVolume(client, name, mark)),
  })),
];

/** Where the workspace cannot be asked, they are taken to be there: the upload into the volume tells if they are not. */
async function isInCatalog(
  client: DatabricksClient,
  kind: 'schemas' | 'volumes',
  name: string,
): Promise<boolean> {
  try {
    return (await findSecurable(client, kind, name)) !== undefined;
  } catch (error) {
    if (hasNoEndpoint(error)) return true;
    throw error;
  }
}

/** @throws UserError `no-catalog` */
async function inCatalog(name: string, create: () => Promise<unknown>): Promise<unknown> {
  try {
    return await create();
  } catch (error) {
    if (!(error instanceof DatabricksError) || ![400, 403, 404].includes(error.status)) throw error;
    throw new UserError('no-catalog', `${name} cannot be created in Unity Catalog: ${error.message}`, {
      next: 'Archive and tables lie in a volume: name a catalog, schema and volume that may be used with BUNDLE_VAR_catalog, BUNDLE_VAR_schema and BUNDLE_VAR_volume, or in databricks.yml.',
      cause: error,
    });
  }
}

/** A name of three parts is one of Unity Catalog. */
export const isCatalogModel = (name: string): boolean => name.split('.').length === 3;

const modelPlace = (client: DatabricksClient, name: string, mark: string): Place => ({
  kind: 'registered model',
  name,
  isThere: async () =>
    (isCatalogModel(name)
      ? await findSecurable(client, 'models', name)
      : await findWorkspaceModel(client, name)) !== undefined,
  create: () =>
    isCatalogModel(name) ? ensureCatalogModel(client, name, mark) : ensureWorkspaceModel(client, name),
});

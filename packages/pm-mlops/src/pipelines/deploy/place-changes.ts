import { dirname } from 'node:path/posix';
import {
  type DatabricksClient,
  ensureCatalogModel,
  ensureExperiment,
  ensureSchema,
  ensureScope,
  ensureVolume,
  ensureWorkspaceModel,
  findSecurable,
  findWorkspaceExperiment,
  findWorkspaceModel,
  listScopes,
  makeFolder,
  workspaceObject,
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
    ...optional(experiment, (name) => [folder(client, dirname(name)), experimentPlace(client, name)]),
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
    isThere: async () => (await findSecurable(client, 'schemas', name)) !== undefined,
    create: () => ensureSchema(client, name, mark),
  })),
  ...optional(volume, (name) => ({
    kind: 'volume',
    name,
    isThere: async () => (await findSecurable(client, 'volumes', name)) !== undefined,
    create: () => ensureVolume(client, name, mark),
  })),
];

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

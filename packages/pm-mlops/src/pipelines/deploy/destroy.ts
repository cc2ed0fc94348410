import { dirname } from 'node:path/posix';
import {
  type DatabricksClient,
  deleteCluster,
  deleteDirectory,
  deleteExperiment,
  deleteScope,
  deleteSecurable,
  findSecurable,
  findWorkspaceExperiment,
  findWorkspaceModel,
  getCluster,
  hasNoEndpoint,
  isMissing,
  listClusters,
  listDirectory,
  listFolder,
  listScopes,
  removeFromWorkspace,
  unlessNoEndpoint,
  workspaceObject,
} from '../../databricks/index.ts';
import { allOf } from '../../mlflow/pages.ts';
import { type Change, change } from './change.ts';
import { clusterNote } from './cluster-note.ts';
import { archiveFolderOf } from './compose.ts';
import { deploymentId, ownershipMark } from './deployment.ts';
import { jobDeletions } from './job-changes.ts';
import { DEPLOYMENT_TAG } from './job-tags.ts';
import { isCatalogModel } from './place-changes.ts';
import { deleteModelWithVersions } from './remove-model.ts';
import type { TargetSettings } from './target-settings.ts';

export interface DestroyOptions {
  /** Leaves experiment, registered model, volume and schema. */
  readonly keepData: boolean;
}

/**
 * Everything of a deployment, as deletions in the order to carry them out: jobs first, the workspace folder last, so that a
 * destruction that was cut off still finds what is left. Volume, schema and catalog models go only if a deployment created
 * them; a schema stays while others keep something in it.
 */
export async function planDestruction(
  client: DatabricksClient,
  settings: TargetSettings,
  { keepData }: DestroyOptions,
): Promise<Change[]> {
  const { secretScope, rootPath } = settings;
  return [
    ...(await jobDeletions(client, settings)),
    ...((await listScopes(client)).includes(secretScope)
      ? [deletion('secret scope', secretScope, () => deleteScope(client, secretScope))]
      : []),
    ...(await clusterDeletions(client, settings)),
    ...(await archiveDeletion(client, archiveFolderOf(settings))),
    ...(keepData ? [] : await dataDeletions(client, settings)),
    ...((await workspaceObject(client, rootPath)) === undefined
      ? []
      : [deletion('folder', rootPath, () => removeRoot(client, rootPath))]),
  ];
}

/** With the folders above it, as long as they are empty and of bundles alone. */
async function removeRoot(client: DatabricksClient, rootPath: string): Promise<void> {
  await removeFromWorkspace(client, rootPath);
  for (let path = dirname(rootPath); path.includes('/.bundle'); path = dirname(path)) {
    if ((await listFolder(client, path))?.length !== 0) return;
    await removeFromWorkspace(client, path);
  }
}

const deletion = (kind: string, name: string, apply: () => Promise<void>): Change =>
  change({ action: 'delete', kind, name, apply });

/** Clusters that `pm init` created for this deployment. */
async function clusterDeletions(client: DatabricksClient, settings: TargetSettings): Promise<Change[]> {
  const id = deploymentId(settings);
  const ours = (await allOf(listClusters(client))).filter(({ tags }) => tags[DEPLOYMENT_TAG] === id);
  const noted = await clusterNote(client, settings.rootPath).read();
  const found: Change[] = [];
  for (const clusterId of new Set([...ours.map((cluster) => cluster.clusterId), ...(noted ? [noted] : [])])) {
    // Listings lag behind deletions.
    const cluster = await getCluster(client, clusterId);
    if (cluster?.tags[DEPLOYMENT_TAG] !== id) continue;
    found.push(deletion('cluster', cluster.name, () => deleteCluster(client, clusterId)));
  }
  return found;
}

async function archiveDeletion(client: DatabricksClient, folder: string): Promise<Change[]> {
  try {
    await allOf(listDirectory(client, folder));
  } catch (error) {
    if (isMissing(error) || hasNoEndpoint(error)) return [];
    throw error;
  }
  return [deletion('archives', folder, () => removeArchives(client, folder))];
}

/** With the folder of all archives, if no other deployment has one in it. */
async function removeArchives(client: DatabricksClient, folder: string): Promise<void> {
  await deleteDirectory(client, folder);
  const others = await allOf(listDirectory(client, dirname(folder)));
  if (others.length === 0) await deleteDirectory(client, dirname(folder));
}

async function dataDeletions(client: DatabricksClient, settings: TargetSettings): Promise<Change[]> {
  const { experiment, registeredModel, schema, volume } = settings;
  const changes: Change[] = [];
  const found = await findWorkspaceExperiment(client, experiment);
  if (found !== undefined && !found.isDeleted)
    changes.push(deletion('experiment', found.name, () => deleteExperiment(client, found.experimentId)));
  if (!isCatalogModel(registeredModel)) {
    if ((await findWorkspaceModel(client, registeredModel)) !== undefined)
      changes.push(
        deletion('registered model', registeredModel, () => deleteModelWithVersions(client, registeredModel)),
      );
  }
  const securables = [
    ['models', 'registered model', isCatalogModel(registeredModel) ? registeredModel : undefined],
    ['volumes', 'volume', volume],
    ['schemas', 'schema', schema],
  ] as const;
  for (const [kind, word, name] of securables) {
    if (name === undefined) continue;
    // What cannot be looked up was not created by us.
    const securable = await unlessNoEndpoint(() => findSecurable(client, kind, name));
    if (securable?.comment !== ownershipMark(settings)) continue;
    changes.push(deletion(word, name, () => deleteSecurable(client, kind, name)));
  }
  return changes;
}

import { UserError } from 'pm-core';
import type { components } from '../generated/databricks.ts';
import { answerOf } from '../mlflow/client.ts';
import { allOf, everyItem } from '../mlflow/pages.ts';
import type { DatabricksClient } from './client.ts';
import { DatabricksError, hasNoEndpoint, isMissing, unlessMissing } from './databricks-error.ts';
import { type Ensured, ensure } from './ensure.ts';

/** What clusters/create takes; {@link Cluster} has what of it we read. */
export type ClusterSettings = components['schemas']['ClusterSettings'];

export interface Cluster {
  readonly clusterId: string;
  readonly name: string;
  /** PENDING, RUNNING, RESTARTING, RESIZING, TERMINATING, TERMINATED, ERROR, UNKNOWN. */
  readonly state: string;
  readonly sparkVersion: string | undefined;
  readonly nodeTypeId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** Every all-purpose cluster that the caller sees; those that jobs make for themselves are left out. */
export async function* listClusters({ api }: DatabricksClient): AsyncGenerator<Cluster, void, undefined> {
  const every = everyItem(async (pageToken) => {
    const query = { page_size: 100, ...(pageToken !== undefined && { page_token: pageToken }) };
    const answer = await answerOf(api.GET('/api/2.1/clusters/list', { params: { query } }));
    return { items: answer.clusters, nextPageToken: answer.next_page_token };
  });
  for await (const cluster of every) if (cluster.cluster_source !== 'JOB') yield clusterOf(cluster);
}

/** A cluster by its id; undefined where there is none, which the service calls an invalid parameter. */
export async function getCluster({ api }: DatabricksClient, clusterId: string): Promise<Cluster | undefined> {
  const params = { query: { cluster_id: clusterId } };
  try {
    return clusterOf(await answerOf(api.GET('/api/2.1/clusters/get', { params })));
  } catch (error) {
    if (isMissing(error) || (error instanceof DatabricksError && error.status === 400)) return undefined;
    throw error;
  }
}

/** Where the id of a cluster stands: a listing lags behind creations, and that of a smaller service never shows them. */
export interface ClusterNote {
  read(): Promise<string | undefined>;
  write(clusterId: string): Promise<void>;
}

/**
 * The cluster of this name, if it is not listed the noted one. @throws UserError `ambiguous-cluster` naming the ids where two
 * have it: names are not unique.
 */
export async function findCluster(
  client: DatabricksClient,
  name: string,
  note?: ClusterNote,
): Promise<Cluster | undefined> {
  const found = (await allOf(listClusters(client))).filter((cluster) => cluster.name === name);
  if (found.length === 0) return notedCluster(client, name, note);
  if (found.length === 1) return found[0];
  const ids = found.map(({ clusterId }) => clusterId).join(', ');
  throw new UserError('ambiguous-cluster', `${found.length} clusters are named '${name}': ${ids}.`, {
    next: 'Rename all but one, or name the one to take by its id.',
  });
}

async function notedCluster(
  client: DatabricksClient,
  name: string,
  note: ClusterNote | undefined,
): Promise<Cluster | undefined> {
  const id = await note?.read();
  const noted = id && (await getCluster(client, id));
  return noted && noted.name === name ? noted : undefined;
}

/** Finds the cluster of this name or creates it; it starts at once then. What it is made of is not changed. */
export function ensureCluster(
  client: DatabricksClient,
  settings: ClusterSettings & { readonly cluster_name: string },
  note?: ClusterNote,
): Promise<Ensured<Cluster>> {
  return ensure(client, {
    find: () => findCluster(client, settings.cluster_name, note),
    create: async () => {
      const { cluster_id = '' } = await answerOf(
        client.api.POST('/api/2.1/clusters/create', { body: settings }),
      );
      // It is there: that it could not be noted is no reason to create another one.
      await note?.write(cluster_id).catch(() => undefined);
      return clusterOf({ ...settings, cluster_id, state: 'PENDING' });
    },
  });
}

/** Removes a cluster for good, or ends it where it can't be removed; none there is no error. */
export async function deleteCluster({ api }: DatabricksClient, clusterId: string): Promise<void> {
  const body = { cluster_id: clusterId };
  try {
    await api.POST('/api/2.1/clusters/permanent-delete', { body });
  } catch (error) {
    if (hasNoEndpoint(error)) await unlessMissing(() => api.POST('/api/2.1/clusters/delete', { body }));
    else if (!isMissing(error)) throw error;
  }
}

function clusterOf(wire: components['schemas']['Cluster']): Cluster {
  const { cluster_id = '', cluster_name = '', state = 'UNKNOWN', spark_version } = wire;
  return {
    clusterId: cluster_id,
    name: cluster_name,
    state,
    sparkVersion: spark_version,
    nodeTypeId: wire.node_type_id,
    tags: wire.custom_tags ?? {},
  };
}

import { dirname } from 'node:path/posix';
import { UserError } from 'pm-core';
import {
  type Cluster,
  type DatabricksClient,
  DatabricksError,
  type Ensured,
  ensureCluster,
  ensureExperiment,
  ensureSchema,
  ensureScope,
  ensureVolume,
  getCluster,
  makeFolder,
  workspaceObject,
  workspacePath,
} from '../../databricks/index.ts';
import type { StepRunner } from '../base/context.ts';
import { clusterNote } from '../deploy/cluster-note.ts';
import { deploymentId, ownershipMark } from '../deploy/deployment.ts';
import { DEPLOYMENT_TAG } from '../deploy/job-tags.ts';
import type { ClusterChoice, TargetSettings } from '../deploy/target-settings.ts';

/** Something that a deploy needs: found, created just now, or not to be had, with the reason. */
export interface Provision {
  readonly what: 'folder' | 'experiment' | 'secret scope' | 'schema' | 'volume' | 'cluster';
  readonly name: string;
  readonly state: 'found' | 'created' | 'unavailable';
  /** An id, or why it is not to be had; '' where there is nothing to say. */
  readonly detail: string;
}

/**
 * Finds or creates what a target needs before anything is deployed: folders, experiment, secret scope, volume, cluster. Done
 * again it changes nothing. Only the volume may be unavailable (a workspace without Unity Catalog): everything else throws.
 * @throws UserError `no-cluster`, `ambiguous-cluster`, DatabricksError
 */
export async function initWorkspace(
  client: DatabricksClient,
  settings: TargetSettings,
  step: StepRunner,
): Promise<Provision[]> {
  const done: Provision[] = [];
  const folders = new Set([settings.rootPath, workspacePath(dirname(settings.experiment))]);
  await step('workspace folders', async () => {
    for (const path of folders) done.push(await provideFolder(client, path));
  });
  await step('experiment', async () => {
    const { made, isNew } = await ensureExperiment(client, settings.experiment);
    done.push(provision('experiment', settings.experiment, isNew, made.experimentId));
  });
  await step('secret scope', async () => {
    const { made, isNew } = await ensureScope(client, settings.secretScope);
    done.push(provision('secret scope', made, isNew));
  });
  await step('volume', async () => {
    done.push(...(await provideVolume(client, settings)));
  });
  const { cluster } = settings;
  if (cluster !== undefined) {
    await step('cluster', async () => {
      const { made, isNew } = await provideCluster(client, cluster, settings);
      done.push(provision('cluster', made.name, isNew, made.clusterId));
    });
  }
  return done;
}

const provision = (what: Provision['what'], name: string, isNew: boolean, detail = ''): Provision => ({
  what,
  name,
  state: isNew ? 'created' : 'found',
  detail,
});

async function provideFolder(client: DatabricksClient, path: string): Promise<Provision> {
  const found = await workspaceObject(client, path);
  if (found === undefined) await makeFolder(client, path);
  return provision('folder', path, found === undefined);
}

/** A schema that others made is enough; a catalog is never made: it says where data may lie. */
async function provideVolume(client: DatabricksClient, settings: TargetSettings): Promise<Provision[]> {
  const { schema, volume } = settings;
  const mark = ownershipMark(settings);
  const done: Provision[] = [];
  try {
    done.push(provision('schema', schema, (await ensureSchema(client, schema, mark)).isNew));
    done.push(provision('volume', volume, (await ensureVolume(client, volume, mark)).isNew));
  } catch (error) {
    if (!(error instanceof DatabricksError) || ![400, 403, 404, 501].includes(error.status)) throw error;
    done.push({ what: 'volume', name: volume, state: 'unavailable', detail: error.message });
  }
  return done;
}

async function provideCluster(
  client: DatabricksClient,
  choice: ClusterChoice,
  settings: TargetSettings,
): Promise<Ensured<Cluster>> {
  const { id } = choice;
  if (id === '') {
    const note = clusterNote(client, settings.rootPath);
    const ensured = await ensureCluster(client, singleNode(choice, deploymentId(settings)), note);
    const { clusterId, tags } = ensured.made;
    // The note of one that others made would have it destroyed.
    const isOurs = tags[DEPLOYMENT_TAG] === deploymentId(settings);
    if (isOurs && (await note.read()) !== clusterId) await note.write(clusterId);
    return ensured;
  }
  const made = await getCluster(client, id);
  if (made !== undefined) return { made, isNew: false };
  throw new UserError('no-cluster', `There is no cluster ${id} in ${client.host}.`, {
    next: 'Correct the variable cluster_id, or leave it empty: then cluster_name is found or created.',
  });
}

/** One machine: DuckDB and the trees use its cores, Spark runs in it as `local[*]`. It ends after half an hour without work. */
const singleNode = ({ name, sparkVersion, nodeTypeId }: ClusterChoice, deployment: string) => ({
  cluster_name: name,
  spark_version: sparkVersion,
  node_type_id: nodeTypeId,
  num_workers: 0,
  autotermination_minutes: 30,
  data_security_mode: 'SINGLE_USER',
  spark_conf: { 'spark.databricks.cluster.profile': 'singleNode', 'spark.master': 'local[*]' },
  custom_tags: { ResourceClass: 'SingleNode', [DEPLOYMENT_TAG]: deployment },
});

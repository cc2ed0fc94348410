import {
  type DatabricksClient,
  deleteVolumeFile,
  listFolder,
  listJobRuns,
  listJobs,
  removeFromWorkspace,
} from '../../databricks/index.ts';
import { allOf } from '../../mlflow/pages.ts';
import { type Change, change } from './change.ts';
import { isInVolume } from './code-changes.ts';
import { codeFolder, type Deployment } from './deployment.ts';
import { isOurs } from './job-tags.ts';
import { type DeploymentRecord, readRecords, withRecord, writeRecords } from './records.ts';

/**
 * The record of what was deployed, and former code that goes: all but the last five states, once no job of ours runs. Folders
 * that no record names are left from a deployment that was cut off: they go if `prune`, and are named in `stale` otherwise.
 */
export async function recordChanges(
  client: DatabricksClient,
  deployment: Deployment,
  { now, prune }: { now: () => Date; prune: boolean },
): Promise<{ changes: Change[]; stale: string[] }> {
  const { rootPath } = deployment;
  const records = await readRecords(client, rootPath);
  const latest = recordOf(deployment, now());
  const isNew = records.at(-1)?.codeDigest !== latest.codeDigest;
  const { kept, dropped } = withRecord(records, isNew ? latest : records.at(-1)!);
  const strays = await strayFolders(client, rootPath, [...kept, ...dropped]);
  const mayRemove =
    (dropped.length > 0 || (prune && strays.length > 0)) && !(await isBusy(client, deployment));
  const removed = mayRemove ? dropped : [];
  // What is still in use stays in the record, for the next deployment to remove.
  const stays = [...dropped.filter((one) => !removed.includes(one)), ...kept];
  const changes = removed.map((record) => removal(client, rootPath, record, stays));
  if (prune && mayRemove) changes.push(...strays.map((folder) => folderRemoval(client, folder)));
  if (isNew || removed.length > 0) changes.push(recordChange(client, rootPath, records, stays));
  return { changes, stale: prune ? [] : strays.map((folder) => `folder ${folder}`) };
}

const recordOf = (
  { codeDigest, archive, codeVersion, gitCommit }: Deployment,
  now: Date,
): DeploymentRecord => ({
  codeDigest,
  archive: archive?.path ?? '',
  deployedAt: now.toISOString(),
  codeVersion,
  gitCommit,
});

async function strayFolders(
  client: DatabricksClient,
  rootPath: string,
  records: readonly DeploymentRecord[],
): Promise<string[]> {
  const known = new Set(records.map(({ codeDigest }) => codeFolder(rootPath, codeDigest)));
  const found = (await listFolder(client, codeFolder(rootPath))) ?? [];
  return found.map(({ path }) => path).filter((path) => !known.has(path));
}

/** Whether a job of this deployment runs, with code of whatever state. */
async function isBusy(client: DatabricksClient, deployment: Deployment): Promise<boolean> {
  for await (const { jobId, settings } of listJobs(client)) {
    if (!isOurs(settings, deployment)) continue;
    if ((await allOf(listJobRuns(client, jobId, { activeOnly: true }))).length > 0) return true;
  }
  return false;
}

const recordChange = (
  client: DatabricksClient,
  rootPath: string,
  former: readonly DeploymentRecord[],
  records: readonly DeploymentRecord[],
): Change =>
  change({
    action: former.length === 0 ? 'create' : 'update',
    kind: 'record',
    name: `${rootPath}/deployments.json`,
    differences:
      former.length === 0
        ? []
        : [{ field: 'code', from: former.at(-1)?.codeDigest, to: records.at(-1)?.codeDigest }],
    apply: () => writeRecords(client, rootPath, records),
  });

const removal = (
  client: DatabricksClient,
  rootPath: string,
  { codeDigest, archive }: DeploymentRecord,
  stays: readonly DeploymentRecord[],
): Change => ({
  ...folderRemoval(client, codeFolder(rootPath, codeDigest)),
  apply: async () => {
    await removeFromWorkspace(client, codeFolder(rootPath, codeDigest));
    if (archive === '' || stays.some((record) => record.archive === archive)) return;
    await (isInVolume(archive) ? deleteVolumeFile(client, archive) : removeFromWorkspace(client, archive));
  },
});

const folderRemoval = (client: DatabricksClient, name: string): Change =>
  change({ action: 'delete', kind: 'code', name, apply: () => removeFromWorkspace(client, name) });

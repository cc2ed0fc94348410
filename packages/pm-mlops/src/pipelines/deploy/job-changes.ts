import { UserError } from 'pm-core';
import {
  createJob,
  type DatabricksClient,
  deleteJob,
  getJob,
  type Job,
  listJobs,
  resetJob,
} from '../../databricks/index.ts';
import { nextFireTimes } from '../../jobs/index.ts';
import { allOf } from '../../mlflow/pages.ts';
import { type Change, change } from './change.ts';
import type { Deployment, WantedJob } from './deployment.ts';
import { differencesOf } from './differences.ts';
import { permissionDifferences, permit } from './job-permissions.ts';
import { isOurs, JOB_TAG, taggedSettings, wasDeployedAs } from './job-tags.ts';
import { removedFields } from './removed-fields.ts';

/**
 * What jobs lack. Ours are known by their tags; those of ours that no file names any more are deleted if `prune`, and named
 * in `stale` otherwise.
 * @throws UserError `ambiguous-job` where two jobs have one name, or another's job has a name of ours.
 */
export async function jobChanges(
  client: DatabricksClient,
  deployment: Deployment,
  { prune, now }: { prune: boolean; now: () => Date },
): Promise<{ changes: Change[]; stale: string[]; unchanged: number }> {
  const listed = await allOf(listJobs(client));
  const ours = await existing(
    client,
    listed.filter(({ settings }) => isOurs(settings, deployment)),
  );
  const changes: Change[] = [];
  for (const wanted of deployment.jobs) {
    const found = ours.filter(({ settings }) => settings.tags?.[JOB_TAG] === wanted.key);
    refuseNamesakes(wanted, found, await existing(client, namesakes(listed, wanted, found)));
    const needed = await changeOf(client, deployment, wanted, found[0]);
    if (needed !== undefined) changes.push({ ...needed, notes: startsOf(wanted, needed, now()) });
  }
  const keys = new Set(deployment.jobs.map(({ key }) => key));
  const strays = ours.filter(({ settings }) => !keys.has(settings.tags?.[JOB_TAG] ?? ''));
  const unchanged = deployment.jobs.length - changes.length;
  if (prune) changes.push(...strays.map((job) => deletion(client, job)));
  return { changes, unchanged, stale: prune ? [] : strays.map(({ settings }) => `job ${settings.name}`) };
}

/** All jobs of a deployment, to delete. */
export async function jobDeletions(
  client: DatabricksClient,
  deployment: Pick<Deployment, 'rootPath'>,
): Promise<Change[]> {
  const listed = await allOf(listJobs(client));
  const ours = listed.filter(({ settings }) => isOurs(settings, deployment));
  return (await existing(client, ours)).map((job) => deletion(client, job));
}

/** Listings lag: of these, those that are there, whole. */
async function existing(client: DatabricksClient, jobs: readonly Job[]): Promise<Job[]> {
  const found: Job[] = [];
  for (const { jobId } of jobs) {
    const job = await getJob(client, jobId);
    if (job !== undefined) found.push(job);
  }
  return found;
}

const namesakes = (listed: readonly Job[], wanted: WantedJob, found: readonly Job[]): Job[] =>
  listed.filter(
    ({ jobId, settings }) =>
      settings.name === wanted.settings.name && !found.some((job) => job.jobId === jobId),
  );

function refuseNamesakes({ settings }: WantedJob, found: readonly Job[], others: readonly Job[]): void {
  const all = [...found, ...others];
  if (all.length < 2 && others.length === 0) return;
  const ids = all.map(({ jobId }) => jobId).join(' and ');
  throw new UserError(
    'ambiguous-job',
    all.length > 1
      ? `${all.length} jobs are named '${settings.name}': ${ids}.`
      : `A job that is not of this deployment is named '${settings.name}': ${ids}.`,
    { next: 'Delete or rename what is not wanted, then deploy again: it is not guessed which one is meant.' },
  );
}

async function changeOf(
  client: DatabricksClient,
  deployment: Deployment,
  wanted: WantedJob,
  found: Job | undefined,
): Promise<Change | undefined> {
  const { name = wanted.key } = wanted.settings;
  const settings = taggedSettings(deployment, wanted);
  const put = async () => {
    const jobId = found?.jobId ?? (await createJob(client, settings));
    if (found !== undefined) await resetJob(client, jobId, settings);
    await permit(client, jobId, wanted.permissions, deployment.user);
  };
  if (found === undefined) return change({ action: 'create', kind: 'job', name, apply: put });
  const differences = [
    ...differencesOf(wanted.settings, found.settings),
    ...(wasDeployedAs(found.settings, wanted.settings) ? [] : removedFields(wanted.settings, found.settings)),
    ...(await permissionDifferences(client, found.jobId, wanted.permissions, deployment.user)),
  ];
  return differences.length === 0
    ? undefined
    : change({ action: 'update', kind: 'job', name, differences, apply: put });
}

/** When a schedule that comes or changes fires next. */
function startsOf({ settings }: WantedJob, { action, differences }: Change, now: Date): string[] {
  const schedule = settings.schedule as Partial<Record<string, string>> | undefined;
  const { quartz_cron_expression: cron, timezone_id: zone, pause_status } = schedule ?? {};
  const isTold = action === 'create' || differences.some(({ field }) => field.startsWith('schedule'));
  if (!isTold || cron === undefined || zone === undefined) return [];
  const times = nextFireTimes(cron, zone, now, 3).flatMap(({ at }) => at?.toISOString().slice(0, 16) ?? []);
  return [`next starts (UTC): ${times.join(', ')}${pause_status === 'PAUSED' ? '; paused' : ''}`];
}

const deletion = (client: DatabricksClient, { jobId, settings }: Job): Change =>
  change({
    action: 'delete',
    kind: 'job',
    name: settings.name ?? jobId,
    notes: [`id ${jobId}`],
    apply: () => deleteJob(client, jobId),
  });

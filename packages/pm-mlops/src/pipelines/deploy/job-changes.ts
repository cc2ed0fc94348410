import { UserError } from 'pm-core';
import {
  createJob,
  type DatabricksClient,
  deleteJob,
  type Grant,
  getJob,
  getPermissions,
  type Job,
  type JobSettings,
  listJobs,
  resetJob,
  setPermissions,
} from '../../databricks/index.ts';
import { nextFireTimes } from '../../jobs/index.ts';
import { allOf } from '../../mlflow/pages.ts';
import { type Change, change, type Difference } from './change.ts';
import type { Deployment, WantedJob } from './deployment.ts';
import { differencesOf } from './differences.ts';
import { isOurs, JOB_TAG, taggedSettings, wasDeployedAs } from './job-tags.ts';

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

/** Fields that mean something by being there. Others that only the service has are its defaults. */
const telling = [
  'schedule',
  'trigger',
  'continuous',
  'health',
  'parameters',
  'description',
  'git_source',
  'queue',
  'run_as',
];
const tellingOfTasks = [
  'depends_on',
  'max_retries',
  'libraries',
  'new_cluster',
  'existing_cluster_id',
  'job_cluster_key',
];

/** What a file no longer says, of a job whose settings are not those that were deployed. */
function removedFields(wanted: JobSettings, found: JobSettings): Difference[] {
  const removed = (mine: object, theirs: object, fields: readonly string[], place: string) =>
    fields.flatMap((field) => {
      const from = (theirs as Record<string, unknown>)[field];
      return field in mine || from === undefined ? [] : [{ field: `${place}${field}`, from, to: undefined }];
    });
  const tasks = tasksOf(wanted).flatMap((task) => {
    const theirs = tasksOf(found).find(({ task_key }) => task_key === task.task_key);
    return theirs === undefined ? [] : removed(task, theirs, tellingOfTasks, `tasks[${task.task_key}].`);
  });
  return [...removed(wanted, found, telling, ''), ...tasks];
}

const tasksOf = ({ tasks = [] }: JobSettings) => tasks as readonly { readonly task_key: string }[];

const inWords = ({ permission_level, ...to }: Grant): string =>
  `${Object.values(to).join('')}: ${permission_level}`;

/** Those of the owner stay as they are unless an owner is named. */
async function permissionDifferences(
  client: DatabricksClient,
  jobId: string,
  wanted: readonly Grant[],
  user: string,
): Promise<Difference[]> {
  if (wanted.length === 0) return [];
  const found = await getPermissions(client, 'jobs', jobId);
  const [from, to] = [found, withOwner(wanted, found, user)].map((grants) => grants.map(inWords).sort());
  return `${from}` === `${to}` ? [] : [{ field: 'permissions', from, to }];
}

async function permit(
  client: DatabricksClient,
  jobId: string,
  wanted: readonly Grant[],
  user: string,
): Promise<void> {
  if (wanted.length === 0) return;
  const grants = withOwner(wanted, await getPermissions(client, 'jobs', jobId), user);
  await setPermissions(client, { type: 'jobs', id: jobId, grants });
}

const isOwner = ({ permission_level }: Grant): boolean => permission_level === 'IS_OWNER';

/** A service that tells no owner means whoever creates the job. */
function withOwner(wanted: readonly Grant[], found: readonly Grant[], user: string): Grant[] {
  if (wanted.some(isOwner)) return [...wanted];
  const owners = found.filter(isOwner);
  const us = user.includes('@') ? { user_name: user } : { service_principal_name: user };
  return [...(owners.length > 0 ? owners : [{ ...us, permission_level: 'IS_OWNER' }]), ...wanted];
}

const deletion = (client: DatabricksClient, { jobId, settings }: Job): Change =>
  change({
    action: 'delete',
    kind: 'job',
    name: settings.name ?? jobId,
    notes: [`id ${jobId}`],
    apply: () => deleteJob(client, jobId),
  });

import type { components } from '../generated/databricks.ts';
import { answerOf } from '../mlflow/client.ts';
import { everyItem } from '../mlflow/pages.ts';
import type { DatabricksClient } from './client.ts';
import { DatabricksError, unlessMissing } from './databricks-error.ts';
import { createOnce, eventually } from './ensure.ts';
import { idOf, int64 } from './int64.ts';

/** What a bundle's `resources.jobs.KEY` holds apart from permissions and lifecycle. The service checks little of it. */
export type JobSettings = components['schemas']['JobSettings'];

export interface Job {
  /** An int64 as a string: it may exceed 2^53. */
  readonly jobId: string;
  /** With the defaults that the service filled in. */
  readonly settings: JobSettings;
  readonly creator: string | undefined;
}

const pageSize = 100;

/**
 * Every job that the caller sees, tasks included, or those of exactly this name. A job that was just created may lack, one
 * that was just deleted may still be there, for some seconds.
 */
export async function* listJobs(
  { api }: DatabricksClient,
  { name }: { name?: string } = {},
): AsyncGenerator<Job, void, undefined> {
  const every = everyItem(async (pageToken) => {
    const query = {
      limit: pageSize,
      expand_tasks: true,
      ...(name !== undefined && { name }),
      ...(pageToken !== undefined && { page_token: pageToken }),
    };
    const { jobs, next_page_token } = await answerOf(api.GET('/api/2.2/jobs/list', { params: { query } }));
    return { items: jobs, nextPageToken: next_page_token };
  });
  // The filter ignores case, and some services ignore the filter.
  for await (const job of every) if (name === undefined || job.settings?.name === name) yield jobOf(job);
}

/** A job with all its tasks, however many; undefined where there is none. @throws DatabricksError where it may not be seen. */
export async function getJob(client: DatabricksClient, jobId: string): Promise<Job | undefined> {
  try {
    return await readJob(client, jobId);
  } catch (error) {
    if (await isOfDeletedJob(client, jobId, error)) return undefined;
    throw error;
  }
}

async function readJob({ api }: DatabricksClient, jobId: string): Promise<Job | undefined> {
  const page = (pageToken: string | undefined) => {
    const query = { job_id: jobId, ...(pageToken !== undefined && { page_token: pageToken }) };
    return answerOf(api.GET('/api/2.2/jobs/get', { params: { query } }));
  };
  return unlessMissing(async () => {
    const first = await page(undefined);
    const settings: Record<string, unknown> = { ...first.settings };
    for (let token = first.next_page_token; token; ) {
      const next = await page(token);
      for (const [field, value] of Object.entries(next.settings ?? {}))
        if (Array.isArray(value) && Array.isArray(settings[field]) && pagedFields.has(field))
          settings[field] = [...settings[field], ...value];
      token = next.next_page_token;
    }
    return jobOf({ ...first, settings });
  });
}

/** Of these a page holds up to 100. */
const pagedFields = new Set(['tasks', 'job_clusters', 'environments', 'parameters']);

/**
 * Creates a job and returns its id. The caller has made sure that there is none of this name: after a lost answer, a job of
 * this name with these tags is taken for the one created. Returns once the job is listed and can be read.
 */
export async function createJob(client: DatabricksClient, settings: JobSettings): Promise<string> {
  const { made } = await createOnce(client, {
    find: async () => {
      for await (const { jobId, settings: found } of listJobs(client, { name: settings.name ?? '' }))
        if (hasTags(found, settings.tags)) return (await getJob(client, jobId)) && jobId;
      return undefined;
    },
    create: async () =>
      idOf((await answerOf(client.api.POST('/api/2.2/jobs/create', { body: settings }))).job_id),
  });
  return made;
}

/** Replaces all settings of a job. @throws DatabricksError, with status 400, 403 or 404 where there is no such job. */
export async function resetJob(
  { api }: DatabricksClient,
  jobId: string,
  settings: JobSettings,
): Promise<void> {
  await api.POST('/api/2.2/jobs/reset', { body: { job_id: int64(jobId), new_settings: settings } });
}

/** Deletes a job; none there is no error. */
export async function deleteJob(client: DatabricksClient, jobId: string): Promise<void> {
  try {
    await client.api.POST('/api/2.2/jobs/delete', { body: { job_id: int64(jobId) } });
  } catch (error) {
    if (!(await isOfDeletedJob(client, jobId, error))) throw error;
  }
}

/** A deleted job is refused with 400, 403 or 404, as is one that the caller may not see: what decides is whether it is listed. */
async function isOfDeletedJob(client: DatabricksClient, jobId: string, error: unknown): Promise<boolean> {
  if (!(error instanceof DatabricksError && [400, 403, 404].includes(error.status))) return false;
  const isGone = await eventually(client, async () => ((await isListed(client, jobId)) ? undefined : true));
  return isGone === true;
}

async function isListed(client: DatabricksClient, jobId: string): Promise<boolean> {
  for await (const job of listJobs(client)) if (job.jobId === jobId) return true;
  return false;
}

const hasTags = (settings: JobSettings, tags: JobSettings['tags'] = {}): boolean =>
  Object.entries(tags).every(([key, value]) => settings.tags?.[key] === value);

function jobOf({ job_id, settings = {}, creator_user_name }: components['schemas']['Job']): Job {
  return { jobId: idOf(job_id), settings, creator: creator_user_name };
}

import { refuse } from './refuse.ts';
import type { FakeJob, FakeState, Routes } from './state.ts';
import { type Fields, idIn, pageOf } from './wire.ts';

/** Of a name, what the filter `truncated` looks at. */
const comparedLetters = 12;

/** Jobs 2.2, and 2.1 that is still served. Creation checks next to nothing; answers have defaults that nobody sent. */
export const jobRoutes: Routes = (app, state) => {
  for (const version of ['2.1', '2.2']) {
    const route = (name: string) => `/api/${version}/jobs/${name}`;
    app.post(route('create'), async (request) => {
      const jobId = state.nextId();
      const { creator, settings } = { creator: state.options.userName, settings: request.body as Fields };
      state.jobs.put(`${jobId}`, { jobId, creator, settings: { ...settings } });
      state.permissions.set(`jobs/${jobId}`, [{ user_name: creator, permission_level: 'IS_OWNER' }]);
      return { job_id: jobId };
    });
    app.post(route('reset'), async (request) => {
      const job = jobIn(state, request.body as Fields);
      job.settings = { ...((request.body as Fields).new_settings as Fields) };
      return '';
    });
    app.post(route('delete'), async (request) => {
      const { jobId } = jobIn(state, request.body as Fields);
      state.jobs.remove(`${jobId}`);
      state.permissions.delete(`jobs/${jobId}`);
      return '';
    });
    app.get(route('get'), async (request) => {
      const id = `${idIn(request.query as Fields, 'job_id')}`;
      if (state.jobs.get(id) === undefined && !state.jobs.wasRemoved(id))
        refuse(404, 'RESOURCE_DOES_NOT_EXIST', `Job ${id} does not exist.`);
      const { settings, ...job } = describe(jobIn(state, request.query as Fields));
      const tasks = settings.tasks as readonly Fields[] | undefined;
      if (tasks === undefined) return { ...job, settings };
      const { items, next } = pageOf(tasks, { page_token: (request.query as Fields).page_token }, 100);
      return { ...job, settings: { ...settings, tasks: items }, ...next };
    });
    app.get(route('list'), async (request) => {
      const query = request.query as Fields;
      const listed = state.jobs.listed().filter((job) => passes(job, query.name, state));
      const { items, next } = pageOf(listed, query, state.options.pageSize);
      const jobs = items.map(describe).map(({ settings: { tasks, job_clusters, ...settings }, ...job }) => ({
        ...job,
        settings: query.expand_tasks === 'true' ? { ...settings, tasks, job_clusters } : settings,
      }));
      return { ...(jobs.length > 0 && { jobs }), has_more: 'next_page_token' in next, ...next };
    });
  }
};

/** A job that is gone, or never was, looks like one that the caller may not see. */
export function jobIn(state: FakeState, fields: Fields): FakeJob {
  const id = idIn(fields, 'job_id');
  return (
    state.jobs.get(`${id}`) ??
    refuse(
      403,
      'PERMISSION_DENIED',
      `User does not have Manage permissions on job ${id}, or it does not exist.`,
    )
  );
}

function passes({ settings }: FakeJob, name: unknown, { options: { nameFilter } }: FakeState): boolean {
  if (name === undefined || nameFilter === 'ignored') return true;
  const seen = (text: unknown) =>
    nameFilter === 'exact' ? `${text}`.toLowerCase() : `${text}`.slice(0, comparedLetters);
  return seen(settings.name) === seen(name);
}

function describe({ jobId, creator, settings }: FakeJob) {
  return {
    job_id: jobId,
    creator_user_name: creator,
    created_time: 1_760_000_000_000,
    settings: {
      email_notifications: {},
      webhook_notifications: {},
      timeout_seconds: 0,
      max_concurrent_runs: 1,
      format: 'MULTI_TASK',
      ...settings,
      ...mapped(settings, 'tasks', withTaskDefaults),
      ...mapped(settings, 'job_clusters', (cluster) => ({
        ...cluster,
        new_cluster: withClusterDefaults(cluster.new_cluster as Fields),
      })),
    } as Record<string, unknown>,
  };
}

function mapped(settings: Fields, field: string, map: (item: Fields) => Fields) {
  const items = settings[field];
  return Array.isArray(items) ? { [field]: (items as Fields[]).map(map) } : {};
}

function withTaskDefaults(task: Fields): Fields {
  const { depends_on, notebook_task, new_cluster } = task;
  return {
    run_if: 'ALL_SUCCESS',
    timeout_seconds: 0,
    email_notifications: {},
    webhook_notifications: {},
    ...task,
    ...(Array.isArray(depends_on) && {
      depends_on: [...(depends_on as Fields[])].sort((a, b) => (`${a.task_key}` < `${b.task_key}` ? -1 : 1)),
    }),
    ...(notebook_task !== undefined && {
      notebook_task: { source: 'WORKSPACE', ...(notebook_task as Fields) },
    }),
    ...(new_cluster !== undefined && { new_cluster: withClusterDefaults(new_cluster as Fields) }),
  };
}

const withClusterDefaults = (cluster: Fields = {}): Fields => ({
  enable_elastic_disk: true,
  data_security_mode: 'SINGLE_USER',
  spark_env_vars: {},
  ...cluster,
});

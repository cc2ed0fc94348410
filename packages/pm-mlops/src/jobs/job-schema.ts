import { z } from 'zod';
import { Library, NewCluster, ServerlessEnvironment } from './cluster-schema.ts';
import {
  Continuous,
  EmailNotifications,
  Health,
  JobNotificationSettings,
  Schedule,
  TaskNotificationSettings,
  Trigger,
  WebhookNotifications,
} from './notification-schema.ts';

/** A job as bundle files spell it under `resources.jobs.<key>`: the fields of the Databricks Jobs API 2.2, and no others. */

const Key = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'letters, digits, _ and - only');
const Count = z.int().nonnegative();

const RUN_IF = [
  'ALL_SUCCESS',
  'AT_LEAST_ONE_SUCCESS',
  'NONE_FAILED',
  'ALL_DONE',
  'AT_LEAST_ONE_FAILED',
  'ALL_FAILED',
] as const;
export type RunIf = (typeof RUN_IF)[number];

/** The kinds of task that Databricks knows; ours are notebooks, and {@link Task} says so when it meets another. */
const OTHER_TASK_TYPES = [
  'clean_rooms_notebook_task',
  'condition_task',
  'dashboard_task',
  'dbt_task',
  'for_each_task',
  'gen_ai_compute_task',
  'pipeline_task',
  'power_bi_task',
  'python_wheel_task',
  'run_job_task',
  'spark_jar_task',
  'spark_python_task',
  'spark_submit_task',
  'sql_task',
] as const;
export const TASK_TYPES = ['notebook_task', ...OTHER_TASK_TYPES] as const;

const otherTaskTypes = Object.fromEntries(
  OTHER_TASK_TYPES.map((type) => [type, z.unknown().optional()]),
) as Record<(typeof OTHER_TASK_TYPES)[number], z.ZodOptional<z.ZodUnknown>>;

const NotebookTask = z.strictObject({
  /** Relative to the file of the job. */
  notebook_path: z.string(),
  base_parameters: z.record(z.string(), z.string()).default({}),
  source: z.enum(['WORKSPACE', 'GIT']).optional(),
  warehouse_id: z.string().optional(),
});

const Task = z.strictObject({
  task_key: Key,
  description: z.string().optional(),
  depends_on: z
    .array(z.strictObject({ task_key: Key, outcome: z.enum(['true', 'false']).optional() }))
    .default([]),
  run_if: z.enum(RUN_IF).default('ALL_SUCCESS'),
  notebook_task: NotebookTask.optional(),
  ...otherTaskTypes,
  existing_cluster_id: z.string().optional(),
  new_cluster: NewCluster.optional(),
  job_cluster_key: Key.optional(),
  environment_key: Key.optional(),
  libraries: z.array(Library).optional(),
  /** −1: without end. */
  max_retries: z.int().min(-1).default(0),
  min_retry_interval_millis: Count.default(0),
  retry_on_timeout: z.boolean().default(false),
  /** 0: no limit. */
  timeout_seconds: Count.default(0),
  disable_auto_optimization: z.boolean().optional(),
  health: Health.optional(),
  email_notifications: EmailNotifications.optional(),
  webhook_notifications: WebhookNotifications.optional(),
  notification_settings: TaskNotificationSettings.optional(),
});
export type Task = z.infer<typeof Task>;

const RunAs = z.strictObject({
  user_name: z.string().optional(),
  service_principal_name: z.string().optional(),
  group_name: z.string().optional(),
});

const Permission = z.strictObject({
  level: z.enum(['CAN_MANAGE', 'IS_OWNER', 'CAN_MANAGE_RUN', 'CAN_VIEW']),
  ...RunAs.shape,
});

const GitSource = z.strictObject({
  git_url: z.string(),
  git_provider: z.enum([
    'gitHub',
    'gitHubEnterprise',
    'gitLab',
    'gitLabEnterpriseEdition',
    'bitbucketCloud',
    'bitbucketServer',
    'azureDevOpsServices',
    'awsCodeCommit',
  ]),
  git_branch: z.string().optional(),
  git_commit: z.string().optional(),
  git_tag: z.string().optional(),
  sparse_checkout: z.strictObject({ patterns: z.array(z.string()).optional() }).optional(),
});

export const Job = z.strictObject({
  name: z.string().min(1),
  description: z.string().optional(),
  parameters: z.array(z.strictObject({ name: Key, default: z.string() })).default([]),
  tasks: z.array(Task).min(1).max(1000),
  schedule: Schedule.optional(),
  trigger: Trigger.optional(),
  continuous: Continuous.optional(),
  max_concurrent_runs: Count.max(2000).default(1),
  timeout_seconds: Count.default(0),
  queue: z.strictObject({ enabled: z.boolean() }).optional(),
  tags: z.record(z.string().max(255), z.string().max(255)).optional(),
  health: Health.optional(),
  email_notifications: EmailNotifications.optional(),
  webhook_notifications: WebhookNotifications.optional(),
  notification_settings: JobNotificationSettings.optional(),
  job_clusters: z.array(z.strictObject({ job_cluster_key: Key, new_cluster: NewCluster })).default([]),
  environments: z
    .array(z.strictObject({ environment_key: Key, spec: ServerlessEnvironment.optional() }))
    .default([]),
  git_source: GitSource.optional(),
  run_as: RunAs.optional(),
  performance_target: z.enum(['PERFORMANCE_OPTIMIZED', 'STANDARD']).optional(),
  budget_policy_id: z.string().optional(),
  /** Of the bundle, not of the Jobs API, as is `lifecycle`. */
  permissions: z.array(Permission).optional(),
  lifecycle: z.strictObject({ prevent_destroy: z.boolean().optional() }).optional(),
});
export type Job = z.infer<typeof Job>;

/** What a job file says, before defaults: what is sent to the Jobs API and compared with what it answers. */
export type JobSettings = Omit<z.input<typeof Job>, 'permissions' | 'lifecycle'>;

/** A file of jobs/: nothing but jobs, each under its key. */
export const JobFile = z.strictObject({ resources: z.strictObject({ jobs: z.record(Key, Job) }) });
export type JobFile = z.infer<typeof JobFile>;

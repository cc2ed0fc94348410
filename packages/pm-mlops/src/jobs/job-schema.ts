import { z } from 'zod';

/** A job as bundle files spell it under `resources.jobs.<key>`: the fields of the Databricks Jobs API 2.2 that we use, and no others. */

const Key = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'letters, digits, _ and - only');
const Count = z.int().nonnegative();
const Addresses = z.array(z.string()).optional();

export const RUN_IF = [
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
  new_cluster: z.record(z.string(), z.unknown()).optional(),
  job_cluster_key: Key.optional(),
  environment_key: Key.optional(),
  libraries: z.array(z.record(z.string(), z.unknown())).optional(),
  /** −1: without end. */
  max_retries: z.int().min(-1).default(0),
  min_retry_interval_millis: Count.default(0),
  retry_on_timeout: z.boolean().default(false),
  /** 0: no limit. */
  timeout_seconds: Count.default(0),
});
export type Task = z.infer<typeof Task>;

const Schedule = z.strictObject({
  quartz_cron_expression: z.string(),
  timezone_id: z.string(),
  pause_status: z.enum(['PAUSED', 'UNPAUSED']).default('UNPAUSED'),
});

const HealthRule = z.strictObject({ metric: z.string(), op: z.literal('GREATER_THAN'), value: z.number() });

export const Job = z.strictObject({
  name: z.string().min(1),
  description: z.string().optional(),
  parameters: z.array(z.strictObject({ name: Key, default: z.string() })).default([]),
  tasks: z.array(Task).min(1),
  schedule: Schedule.optional(),
  max_concurrent_runs: Count.default(1),
  timeout_seconds: Count.default(0),
  queue: z.strictObject({ enabled: z.boolean() }).optional(),
  tags: z.record(z.string(), z.string()).optional(),
  health: z.strictObject({ rules: z.array(HealthRule) }).optional(),
  email_notifications: z
    .strictObject({
      on_start: Addresses,
      on_success: Addresses,
      on_failure: Addresses,
      on_duration_warning_threshold_exceeded: Addresses,
    })
    .optional(),
  job_clusters: z
    .array(z.strictObject({ job_cluster_key: Key, new_cluster: z.record(z.string(), z.unknown()) }))
    .default([]),
  environments: z
    .array(z.strictObject({ environment_key: Key, spec: z.record(z.string(), z.unknown()).optional() }))
    .default([]),
});
export type Job = z.infer<typeof Job>;

/** A file of jobs/: nothing but jobs, each under its key. */
export const JobFile = z.strictObject({ resources: z.strictObject({ jobs: z.record(Key, Job) }) });
export type JobFile = z.infer<typeof JobFile>;

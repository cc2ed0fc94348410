import { z } from 'zod';

/** When a job starts by itself, and whom it tells of what. */

const Addresses = z.array(z.string().regex(/^[^\s@]+@[^\s@]+$/, 'is no e-mail address')).optional();
const Webhooks = z.array(z.strictObject({ id: z.string() })).optional();
/** 0, or as long as the service can wait at least. */
const Seconds = z.union([z.literal(0), z.int().min(60)], { error: 'must be 0, or at least 60' }).optional();
const PauseStatus = z.enum(['PAUSED', 'UNPAUSED']);

export const Schedule = z.strictObject({
  quartz_cron_expression: z.string(),
  timezone_id: z.string(),
  pause_status: PauseStatus.optional(),
});

export const Continuous = z.strictObject({
  pause_status: PauseStatus.optional(),
  task_retry_mode: z.enum(['NEVER', 'ON_FAILURE']).optional(),
});

export const Trigger = z.strictObject({
  pause_status: PauseStatus.optional(),
  file_arrival: z
    .strictObject({
      url: z.string(),
      min_time_between_triggers_seconds: Seconds,
      wait_after_last_change_seconds: Seconds,
    })
    .optional(),
  periodic: z
    .strictObject({
      interval: z.int().positive(),
      unit: z.enum(['MINUTES', 'HOURS', 'DAYS', 'WEEKS']),
    })
    .optional(),
  table_update: z
    .strictObject({
      table_names: z.array(z.string()).min(1),
      condition: z.enum(['ANY_UPDATED', 'ALL_UPDATED']).optional(),
      min_time_between_triggers_seconds: Seconds,
      wait_after_last_change_seconds: Seconds,
    })
    .optional(),
});

export const Health = z.strictObject({
  rules: z.array(
    z.strictObject({
      metric: z.enum([
        'RUN_DURATION_SECONDS',
        'STREAMING_BACKLOG_BYTES',
        'STREAMING_BACKLOG_RECORDS',
        'STREAMING_BACKLOG_SECONDS',
        'STREAMING_BACKLOG_FILES',
      ]),
      op: z.literal('GREATER_THAN'),
      value: z.int().min(1),
    }),
  ),
});

export const EmailNotifications = z.strictObject({
  on_start: Addresses,
  on_success: Addresses,
  on_failure: Addresses,
  on_duration_warning_threshold_exceeded: Addresses,
  on_streaming_backlog_exceeded: Addresses,
  no_alert_for_skipped_runs: z.boolean().optional(),
});

export const WebhookNotifications = z.strictObject({
  on_start: Webhooks,
  on_success: Webhooks,
  on_failure: Webhooks,
  on_duration_warning_threshold_exceeded: Webhooks,
  on_streaming_backlog_exceeded: Webhooks,
});

export const JobNotificationSettings = z.strictObject({
  no_alert_for_canceled_runs: z.boolean().optional(),
  no_alert_for_skipped_runs: z.boolean().optional(),
});

export const TaskNotificationSettings = z.strictObject({
  ...JobNotificationSettings.shape,
  alert_on_last_attempt: z.boolean().optional(),
});

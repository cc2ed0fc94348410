import type { JobSettings } from '../../databricks/index.ts';
import type { Difference } from './change.ts';

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
export function removedFields(wanted: JobSettings, found: JobSettings): Difference[] {
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

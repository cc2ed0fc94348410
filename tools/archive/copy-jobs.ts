import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse, stringify } from 'yaml';

/** When a job starts and who hears of it: what the workspace does with a job, not what the job does. */
const OUTSIDE = [
  'schedule',
  'trigger',
  'continuous',
  'health',
  'email_notifications',
  'notification_settings',
  'webhook_notifications',
  'tags',
];

/**
 * Writes what `pm jobs run` needs of each job file. Without the rest, another schedule is a change of one job, and not of the
 * code that all jobs point to by its digest.
 */
export function copyJobs(root: string, directory: string): void {
  mkdirSync(directory);
  for (const file of globSync('jobs/*.yml', { cwd: root })) {
    const { resources } = parse(readFileSync(join(root, file), 'utf8')) as JobFile;
    const jobs = Object.entries(resources.jobs).map(([key, job]) => [key, inside(job)]);
    const text = stringify({ resources: { jobs: Object.fromEntries(jobs) } });
    writeFileSync(join(directory, basename(file)), text);
  }
}

interface JobFile {
  readonly resources: { readonly jobs: Readonly<Record<string, object>> };
}

const inside = (job: object): object =>
  Object.fromEntries(Object.entries(job).filter(([field]) => !OUTSIDE.includes(field)));

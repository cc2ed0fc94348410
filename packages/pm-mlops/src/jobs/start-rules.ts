import type { Finding } from './fault.ts';
import type { Job } from './job-schema.ts';
import { quartzFault } from './quartz.ts';
import { nextFireTimes } from './quartz-times.ts';

const STARTS = ['schedule', 'trigger', 'continuous'] as const;

/** Faults in how a job starts by itself: in more than one way, by a bad cron, in no time zone, by no file's arrival. */
export function startFindings(job: Job): Finding[] {
  const ways = STARTS.filter((way) => job[way] !== undefined);
  const both: Finding[] =
    ways.length < 2
      ? []
      : [{ path: [ways[1]!], message: `the job has ${ways.join(' and ')}`, next: 'Keep one of them.' }];
  return [...both, ...scheduleFindings(job), ...triggerFindings(job)];
}

function scheduleFindings({ schedule }: Job): Finding[] {
  if (schedule === undefined) return [];
  const findings: Finding[] = [];
  const fault = quartzFault(schedule.quartz_cron_expression) ?? neverFault(schedule.quartz_cron_expression);
  if (fault !== undefined) {
    const path = ['schedule', 'quartz_cron_expression'];
    const message = `'${schedule.quartz_cron_expression}' ${fault}`;
    findings.push({ path, message, next: "Every 12 hours, for example: '0 0 6,18 * * ?'" });
  }
  const zone = zoneFault(schedule.timezone_id);
  if (zone !== undefined) findings.push({ path: ['schedule', 'timezone_id'], ...zone });
  return findings;
}

const neverFault = (expression: string): string | undefined =>
  nextFireTimes(expression, 'UTC', new Date(0), 1).length === 0 ? 'fits no day of any year' : undefined;

/** Databricks takes the letters as they are, and an offset such as +02:00 for UTC; JavaScript is kinder. */
function zoneFault(name: string): Omit<Finding, 'path'> | undefined {
  const written = Intl.supportedValuesOf('timeZone').find(
    (zone) => zone.toLowerCase() === name.toLowerCase(),
  );
  if (written !== undefined && written !== name)
    return { message: `'${name}' is no time zone`, next: `It is written ${written}.` };
  if (/^[A-Z]/.test(name) && isTimeZone(name)) return undefined;
  return { message: `'${name}' is no time zone`, next: 'For example: UTC, Europe/Berlin' };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format() !== '';
  } catch {
    return false;
  }
}

/** What Databricks can watch: a folder, named as one, of a volume or of cloud storage. */
const WATCHED =
  /^(\/Volumes\/[^/]+\/[^/]+\/[^/]+|abfss:\/\/[^/@]+@[^/]+|s3:\/\/[^/]+|gs:\/\/[^/]+)\/(.*\/)?$/;

function triggerFindings({ trigger }: Job): Finding[] {
  if (trigger === undefined) return [];
  const kinds = (['file_arrival', 'periodic', 'table_update'] as const).filter(
    (kind) => trigger[kind] !== undefined,
  );
  if (kinds.length !== 1) {
    const message = kinds.length === 0 ? 'has nothing to wait for' : `has ${kinds.join(' and ')}`;
    return [{ path: ['trigger'], message, next: 'Give one of file_arrival, periodic and table_update.' }];
  }
  if (trigger.file_arrival === undefined || WATCHED.test(trigger.file_arrival.url)) return [];
  const message = `'${trigger.file_arrival.url}' is no folder that can be watched`;
  const next = 'For example: /Volumes/main/default/raw/ (with the / at the end)';
  return [{ path: ['trigger', 'file_arrival', 'url'], message, next }];
}

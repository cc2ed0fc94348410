import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, JobFault } from './fault.ts';
import { parseLocatedYaml } from './located-yaml.ts';

interface PlacedJob {
  /** Its key. */
  readonly name: string;
  readonly file: string;
  readonly job: { readonly name: string };
}

/** Jobs that have the key or the name of one before them: a bundle has a key once, a workspace finds by name. */
export function twinFaults(root: string, jobs: readonly PlacedJob[]): JobFault[] {
  return jobs.flatMap((job, index) => {
    const earlier = jobs.slice(0, index);
    const keyTwin = earlier.find(({ name }) => name === job.name);
    const nameTwin = earlier.find((other) => other.job.name === job.job.name);
    const found: Finding | undefined =
      keyTwin !== undefined
        ? { path: ['resources', 'jobs', job.name], ...saying(`a job '${job.name}'`, keyTwin) }
        : nameTwin && {
            path: ['resources', 'jobs', job.name, 'name'],
            ...saying(`a job named '${job.job.name}'`, nameTwin),
          };
    if (found === undefined) return [];
    return parseLocatedYaml(readFileSync(join(root, job.file), 'utf8'), job.file).locate(found);
  });
}

const saying = (what: string, { file }: PlacedJob): Omit<Finding, 'path'> => ({
  message: `${file} has ${what} too`,
  next: 'Rename one of them, or remove its file.',
});

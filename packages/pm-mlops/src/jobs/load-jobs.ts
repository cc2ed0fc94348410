import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from 'pm-core';
import { includedFiles, LOCAL_TARGET, type LocatedBundle, readBundle, targetOf } from './bundle.ts';
import { type BundleInputs, bundleValues } from './bundle-values.ts';
import { badJobs, type Finding, type JobFault } from './fault.ts';
import { type CheckedJobs, type JobSpec, type TargetJobs, validateJob } from './job-spec.ts';
import { type BundleValues, resolveBundleReferences } from './references.ts';
import { twinFaults } from './twin-jobs.ts';

/**
 * All jobs of a bundle.
 * @param root folder of `databricks.yml`.
 * @throws UserError `bad-job` with file, line and column of every fault; `no-bundle`; `unknown-target`.
 */
export function loadJobs(
  root: string,
  target: string = LOCAL_TARGET,
  inputs: BundleInputs = {},
): readonly JobSpec[] {
  const { jobs, faults } = checkJobs(root, target, inputs);
  if (faults.length > 0) throw badJobs(faults);
  return jobs;
}

/**
 * One job of a bundle by name; faults of other jobs don't matter.
 * @throws UserError `unknown-job`, and as {@link loadJobs}.
 */
export function loadJob(
  root: string,
  name: string,
  target: string = LOCAL_TARGET,
  inputs: BundleInputs = {},
): JobSpec {
  const { jobs, faults } = checkJobs(root, target, inputs);
  const job = jobs.find((candidate) => candidate.name === name);
  if (job !== undefined) return job;
  const own = faults.filter((fault) => fault.file.endsWith(`/${name}.job.yml`));
  if (own.length > 0) throw badJobs(own);
  const known = jobs.map((candidate) => candidate.name).join(', ');
  throw new UserError('unknown-job', `There is no job '${name}'.`, { next: `Choose one of: ${known}.` });
}

/** Checks all jobs of a bundle; faults are returned, not thrown. */
export function checkJobs(
  root: string,
  target: string = LOCAL_TARGET,
  inputs: BundleInputs = {},
): CheckedJobs {
  const located = readBundle(root);
  const values = bundleValues(located, target, inputs);
  const { overrides, faults } = targetJobs(located, target, values);
  const checked = includedFiles(located).map((file) =>
    validateJob(readFileSync(join(root, file), 'utf8'), file, { root, values, overrides }),
  );
  const jobs = checked.flatMap((c) => c.jobs);
  const all = [...faults, ...checked.flatMap((c) => c.faults), ...twinFaults(root, jobs)];
  return { jobs, faults: all.length > 0 ? all : strayOverrides(overrides, jobs) };
}

/** What a target says of jobs that are not there; told once all files are read well. */
function strayOverrides({ jobs: overrides, locate }: TargetJobs, jobs: readonly JobSpec[]): JobFault[] {
  const names = jobs.map(({ name }) => name);
  return Object.keys(overrides)
    .filter((key) => !names.includes(key))
    .map((key) =>
      locate({ path: [key], message: 'no file has this job', next: `Jobs: ${names.join(', ')}.` }),
    );
}

function targetJobs(
  { bundle, locate: locateInBundle }: LocatedBundle,
  target: string,
  values: BundleValues,
): { overrides: TargetJobs; faults: JobFault[] } {
  const prefix = ['targets', target, 'resources', 'jobs'];
  const locate = (finding: Finding) => locateInBundle({ ...finding, path: [...prefix, ...finding.path] });
  const { value, findings } = resolveBundleReferences(targetOf(bundle, target).resources?.jobs ?? {}, values);
  return { overrides: { jobs: value as TargetJobs['jobs'], locate }, faults: findings.map(locate) };
}

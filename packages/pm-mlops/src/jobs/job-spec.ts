import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from 'pm-core';
import { bundleValues, includedFiles, LOCAL_TARGET, readBundle, type Scalar } from './bundle.ts';
import { badJobs, type Finding, type JobFault } from './fault.ts';
import { jobFindings } from './job-rules.ts';
import { type Job, JobFile } from './job-schema.ts';
import { findingsOf, parseLocatedYaml } from './located-yaml.ts';
import { parseNotebook } from './notebook.ts';
import type { NotebookLookup } from './parameter-rules.ts';
import { resolveBundleReferences } from './references.ts';

/** A job that is whole: its fields known, its `${…}` resolved for one target, its notebooks there. */
export interface JobSpec {
  /** Its key under `resources.jobs` and the first part of its file's name: `training` in jobs/training.job.yml. */
  readonly name: string;
  /** Relative to the bundle's root. */
  readonly file: string;
  /** The job as the Jobs API spells it; `{{…}}` are for the run to resolve. */
  readonly job: Job;
  /** The pm command of each task, by task key. */
  readonly commands: Readonly<Record<string, string>>;
}

/** Jobs that are whole and the faults of the others. */
export interface CheckedJobs {
  readonly jobs: readonly JobSpec[];
  readonly faults: readonly JobFault[];
}

/**
 * All jobs of a bundle.
 * @param root folder of `databricks.yml`.
 * @throws UserError `bad-job` with file, line and column of every fault; `no-bundle`; `unknown-target`.
 */
export function loadJobs(root: string, target: string = LOCAL_TARGET): readonly JobSpec[] {
  const { jobs, faults } = checkJobs(root, target);
  if (faults.length > 0) throw badJobs(faults);
  return jobs;
}

/**
 * One job of a bundle by name; faults of other jobs don't matter.
 * @throws UserError `unknown-job`, and as {@link loadJobs}.
 */
export function loadJob(root: string, name: string, target: string = LOCAL_TARGET): JobSpec {
  const { jobs, faults } = checkJobs(root, target);
  const job = jobs.find((candidate) => candidate.name === name);
  if (job !== undefined) return job;
  const own = faults.filter((fault) => fault.file.endsWith(`/${name}.job.yml`));
  if (own.length > 0) throw badJobs(own);
  const known = jobs.map((candidate) => candidate.name).join(', ');
  throw new UserError('unknown-job', `There is no job '${name}'.`, { next: `Choose one of: ${known}.` });
}

/** Checks all jobs of a bundle; faults are returned, not thrown. */
export function checkJobs(root: string, target: string = LOCAL_TARGET): CheckedJobs {
  const bundle = readBundle(root);
  const values = bundleValues(bundle, target);
  const checked = includedFiles(bundle, root).map((file) =>
    validateJob(readFileSync(join(root, file), 'utf8'), file, { root, values }),
  );
  return { jobs: checked.flatMap((c) => c.jobs), faults: checked.flatMap((c) => c.faults) };
}

/** Checks the text of one job file: YAML, references, fields, then rules across fields, each only if the former hold. */
export function validateJob(
  text: string,
  file: string,
  bundle: { readonly root: string; readonly values: ReadonlyMap<string, Scalar> },
): CheckedJobs {
  const yaml = parseLocatedYaml(text, file);
  if (yaml.faults.length > 0) return { jobs: [], faults: yaml.faults };
  const fail = (findings: readonly Finding[]) => ({ jobs: [], faults: findings.map(yaml.locate) });
  const resolved = resolveBundleReferences(yaml.value, bundle.values);
  const parsed = JobFile.safeParse(resolved.value);
  if (resolved.findings.length > 0 || !parsed.success) {
    return fail([...resolved.findings, ...(parsed.success ? [] : findingsOf(parsed.error))]);
  }
  const notebookAt = notebooksBeside(join(bundle.root, file));
  const findings = Object.entries(parsed.data.resources.jobs).flatMap(([key, job]) =>
    jobFindings(job, notebookAt).map((finding) => ({
      ...finding,
      path: ['resources', 'jobs', key, ...finding.path],
    })),
  );
  if (findings.length > 0) return fail(findings);
  const jobs = Object.entries(parsed.data.resources.jobs).map(([key, job]) => ({
    name: key,
    file,
    job,
    commands: commandsOf(job, notebookAt),
  }));
  return { jobs, faults: [] };
}

/** Notebook paths in a job file are relative to it. */
function notebooksBeside(jobFile: string): NotebookLookup {
  return (notebookPath) => {
    const path = join(dirname(jobFile), notebookPath);
    return existsSync(path) ? parseNotebook(readFileSync(path, 'utf8')) : 'does not exist';
  };
}

function commandsOf(job: Job, notebookAt: NotebookLookup): Record<string, string> {
  return Object.fromEntries(
    job.tasks.map((task) => {
      const notebook = notebookAt(task.notebook_task!.notebook_path);
      return [task.task_key, typeof notebook === 'string' ? notebook : notebook.command];
    }),
  );
}

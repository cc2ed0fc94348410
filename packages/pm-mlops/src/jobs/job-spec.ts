import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Finding, JobFault } from './fault.ts';
import { findingsOf } from './findings-of.ts';
import { jobFindings } from './job-rules.ts';
import { type Job, JobFile, type JobSettings } from './job-schema.ts';
import { parseLocatedYaml } from './located-yaml.ts';
import { mergeTarget, pathInOverride } from './merge-target.ts';
import { parseNotebook } from './notebook.ts';
import type { NotebookLookup } from './parameter-rules.ts';
import { type BundleValues, resolveBundleReferences } from './references.ts';

/** A job that is whole: its fields known, its `${…}` resolved for one target, its notebooks there. */
export interface JobSpec {
  /** Its key under `resources.jobs` and the first part of its file's name: `training` in jobs/training.job.yml. */
  readonly name: string;
  /** Relative to the bundle's root. */
  readonly file: string;
  /** The job with every default filled in; `{{…}}` are for the run to resolve. */
  readonly job: Job;
  /** The job as the files say it, without defaults. */
  readonly settings: JobSettings;
  /** The pm command of each task, by task key. */
  readonly commands: Readonly<Record<string, string>>;
}

/** Jobs that are whole and the faults of the others. */
export interface CheckedJobs {
  readonly jobs: readonly JobSpec[];
  readonly faults: readonly JobFault[];
}

/** What a target says of jobs, its references resolved, and the way back to its lines. */
export interface TargetJobs {
  readonly jobs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** `path` begins at a job's key. */
  locate(finding: Finding): JobFault;
}

const NO_OVERRIDES: TargetJobs = {
  jobs: {},
  locate: (finding) => ({ ...finding, file: '', line: 0, column: 0 }),
};

/**
 * Checks the text of one job file: YAML, references, then with what the target says the fields and the rules across fields,
 * each only if the former hold.
 */
export function validateJob(
  text: string,
  file: string,
  bundle: { readonly root: string; readonly values: BundleValues; readonly overrides?: TargetJobs },
): CheckedJobs {
  const { root, values, overrides = NO_OVERRIDES } = bundle;
  const yaml = parseLocatedYaml(text, file);
  if (yaml.faults.length > 0) return { jobs: [], faults: yaml.faults };
  const resolved = resolveBundleReferences(yaml.value, values);
  const merged = mergeTargetJobs(resolved.value, overrides);
  const locate = (finding: Finding) => locateMerged(finding, merged, overrides, yaml.locate);
  const parsed = JobFile.safeParse(merged, { reportInput: true });
  if (resolved.findings.length > 0 || !parsed.success) {
    const misfits = parsed.success ? [] : findingsOf(parsed.error);
    return { jobs: [], faults: [...resolved.findings.map(yaml.locate), ...misfits.map(locate)] };
  }
  const notebookAt = notebooksBeside(join(root, file));
  const findings = Object.entries(parsed.data.resources.jobs).flatMap(([key, job]) =>
    jobFindings(job, notebookAt).map((finding) => ({
      ...finding,
      path: [...JOBS, key, ...finding.path],
    })),
  );
  if (findings.length > 0) return { jobs: [], faults: findings.map(locate) };
  const jobs = Object.entries(parsed.data.resources.jobs).map(([key, job]) => ({
    name: key,
    file,
    job,
    settings: settingsOf(jobsIn(merged)[key]!),
    commands: commandsOf(job, notebookAt),
  }));
  return { jobs, faults: [] };
}

const JOBS = ['resources', 'jobs'] as const;

type Fields = Readonly<Record<string, unknown>>;

/** The jobs of a file's value, whatever else it is: its shape is judged after the merge. */
function jobsIn(file: unknown): Readonly<Record<string, Fields>> {
  const jobs = (file as { resources?: { jobs?: unknown } } | null)?.resources?.jobs;
  return jobs !== null && typeof jobs === 'object' ? (jobs as Record<string, Fields>) : {};
}

function mergeTargetJobs(file: unknown, { jobs: overrides }: TargetJobs): unknown {
  const own = Object.entries(jobsIn(file)).filter(([key, job]) => key in overrides && isMap(job));
  if (own.length === 0) return file;
  const merged = own.map(([key, job]) => [key, mergeTarget(job, overrides[key]!)] as const);
  const { resources, ...others } = file as { resources: Fields };
  return {
    ...others,
    resources: { ...resources, jobs: { ...jobsIn(file), ...Object.fromEntries(merged) } },
  };
}

const isMap = (value: unknown): boolean =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** At the target's line where the target said it, else at the file's. */
function locateMerged(
  finding: Finding,
  merged: unknown,
  overrides: TargetJobs,
  locateInFile: (finding: Finding) => JobFault,
): JobFault {
  const [, , key, ...path] = finding.path;
  const override = overrides.jobs[key ?? ''];
  const job = jobsIn(merged)[key ?? ''];
  const place =
    override === undefined || job === undefined || path.length === 0
      ? undefined
      : pathInOverride(path, job, override);
  return place === undefined
    ? locateInFile(finding)
    : overrides.locate({ ...finding, path: [key!, ...place] });
}

/** Without what is the bundle's alone. */
function settingsOf({ permissions: _, lifecycle: __, ...settings }: Fields): JobSettings {
  return settings as unknown as JobSettings;
}

/** Notebook paths in a job file are relative to it. */
function notebooksBeside(jobFile: string): NotebookLookup {
  return (notebookPath) => {
    const path = join(dirname(jobFile), notebookPath);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return 'does not exist';
    return found.isFile() ? parseNotebook(readFileSync(path, 'utf8')) : 'is a folder';
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

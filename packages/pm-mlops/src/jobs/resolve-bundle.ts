import { join, posix } from 'node:path';
import { UserError } from 'pm-core';
import { readBundle, targetOf } from './bundle.ts';
import { type BundleInputs, bundleValues } from './bundle-values.ts';
import { developmentMode } from './development-mode.ts';
import type { Job, JobSettings } from './job-schema.ts';
import type { JobSpec } from './job-spec.ts';
import { loadJobs } from './load-jobs.ts';

/** A job as it is to stand in a workspace. */
export interface ResolvedJob {
  readonly key: string;
  /** Relative to the bundle's root. */
  readonly file: string;
  /** The body of `jobs/create`, and `new_settings` of `jobs/reset`, with what the files say and no defaults. */
  readonly settings: JobSettings;
  readonly permissions: NonNullable<Job['permissions']>;
  /** The notebooks of its tasks: where they are, and where its tasks look for them (without `.py`). */
  readonly notebooks: readonly { readonly localPath: string; readonly workspacePath: string }[];
}

export interface ResolvedBundle {
  readonly name: string;
  readonly target: string;
  readonly mode?: 'development' | 'production' | undefined;
  readonly workspace: {
    readonly host?: string | undefined;
    readonly profile?: string | undefined;
    readonly rootPath: string;
    readonly filePath: string;
  };
  readonly variables: Readonly<Record<string, unknown>>;
  readonly jobs: readonly ResolvedJob[];
}

export interface ResolveOptions extends BundleInputs {
  readonly user: string;
  /** Workspace folder that takes the bundle's files, in place of `${workspace.file_path}`: for one that holds a digest. */
  readonly filePath?: string;
}

/**
 * A bundle for one target as the Databricks CLI would deploy it: variables and references resolved, the target's say merged in,
 * development mode applied, notebook paths those of the workspace.
 * @param directory folder of `databricks.yml`.
 * @throws UserError `bad-job` with file, line and column of every fault; `no-bundle`, `unknown-target`, `unknown-variable`,
 * `no-cluster` where tasks run on an existing cluster and its id is empty.
 */
export function resolveBundle(directory: string, target: string, options: ResolveOptions): ResolvedBundle {
  const located = readBundle(directory);
  const { mode, workspace } = targetOf(located.bundle, target);
  const values = bundleValues(located, target, options);
  const filePath = options.filePath ?? String(values.get('workspace.file_path'));
  const jobs = loadJobs(directory, target, options).map((spec) => {
    const placed = inWorkspace(spec, filePath);
    const settings = mode === 'development' ? developmentMode(placed, options.user) : placed;
    return {
      key: spec.name,
      file: spec.file,
      settings,
      permissions: spec.job.permissions ?? [],
      notebooks: notebooksOf(spec, directory, filePath),
    };
  });
  refuseNoCluster(jobs, target);
  const { host, profile } = { ...located.bundle.workspace, ...workspace };
  return {
    name: located.bundle.bundle.name,
    target,
    mode,
    workspace: { host, profile, rootPath: String(values.get('workspace.root_path')), filePath },
    variables: Object.fromEntries(
      Object.keys(located.bundle.variables).map((name) => [name, values.get(`var.${name}`)]),
    ),
    jobs,
  };
}

function inWorkspace({ settings, file }: JobSpec, filePath: string): JobSettings {
  const tasks = settings.tasks.map((task) => {
    if (task.notebook_task === undefined) return task;
    const notebook_path = workspacePath(file, task.notebook_task.notebook_path, filePath);
    return { ...task, notebook_task: { ...task.notebook_task, notebook_path } };
  });
  return { ...settings, tasks };
}

/** Paths in a job file are relative to it; a notebook in a workspace has no ending. */
const workspacePath = (file: string, notebookPath: string, filePath: string): string =>
  posix.join(filePath, posix.dirname(file), notebookPath).replace(/\.py$/, '');

function notebooksOf({ settings, file }: JobSpec, directory: string, filePath: string) {
  const paths = new Set(settings.tasks.flatMap((task) => task.notebook_task?.notebook_path ?? []));
  return [...paths].map((path) => ({
    localPath: join(directory, posix.dirname(file), path),
    workspacePath: workspacePath(file, path, filePath),
  }));
}

function refuseNoCluster(jobs: readonly ResolvedJob[], target: string): void {
  const job = jobs.find(({ settings }) => settings.tasks.some((task) => task.existing_cluster_id === ''));
  if (job === undefined) return;
  throw new UserError(
    'no-cluster',
    `The target '${target}' runs the job '${job.key}' on an existing cluster, whose id is empty.`,
    { next: 'Set BUNDLE_VAR_cluster_id, or choose a target that brings its own compute.' },
  );
}

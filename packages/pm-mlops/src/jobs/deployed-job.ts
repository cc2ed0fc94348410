import { UserError } from 'pm-core';
import { type DatabricksClient, eventually, getJob, type Job, listJobs } from '../databricks/index.ts';
import { allOf } from '../mlflow/pages.ts';
import { readBundle, targetOf } from './bundle.ts';
import type { BundleInputs } from './bundle-values.ts';
import { developmentMode } from './development-mode.ts';
import { loadJob } from './load-jobs.ts';

/**
 * The name that a job of a bundle has in the workspace of a target, such as `[dev ann] pm_training`.
 * @param directory folder of `databricks.yml`.
 * @throws UserError as {@link loadJob}
 */
export function deployedName(
  directory: string,
  name: string,
  target: string,
  inputs: BundleInputs & { readonly user: string },
): string {
  const { settings } = loadJob(directory, name, target, inputs);
  const { mode } = targetOf(readBundle(directory).bundle, target);
  return mode === 'development' ? developmentMode(settings, inputs.user).name : settings.name;
}

/**
 * The one job of exactly this name. A listing lags behind a deployment by some seconds, so that it is looked at several times.
 * @throws UserError `not-deployed`, `two-jobs` with the ids of both
 */
export async function findDeployedJob(client: DatabricksClient, name: string, target: string): Promise<Job> {
  const found = await eventually(client, async () => {
    const jobs = await allOf(listJobs(client, { name }));
    return jobs.length === 0 ? undefined : jobs;
  });
  const [job, ...others] = found ?? [];
  if (job === undefined) {
    throw new UserError('not-deployed', `${client.host} has no job named '${name}'.`, {
      next: `make deploy TARGET=${target}`,
    });
  }
  // A listing tells less of a job than the job itself.
  if (others.length === 0) return (await getJob(client, job.jobId)) ?? job;
  const ids = [job, ...others].map(({ jobId }) => jobId).join(', ');
  throw new UserError('two-jobs', `${client.host} has several jobs named '${name}': ${ids}.`, {
    next: 'Delete the ones that are not ours in the workspace, or give them another name.',
  });
}

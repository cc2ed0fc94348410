import { resolve } from 'node:path';
import {
  createDatabricksClient,
  createJob,
  type DatabricksClient,
  type JobSettings,
  runNow,
} from '../../databricks/index.ts';
import type { FakeWorkspace, RunTask } from '../../databricks/testing/fake-workspace/index.ts';
import { resolveBundle } from '../../jobs/index.ts';
import { bearerAuthentication } from '../../mlflow/authentication.ts';
import type { Workplace } from './workplace.ts';

const ROOT = resolve(import.meta.dirname, '../../../../..');
const GATE_SAID_NO = 3;

/**
 * Runs the notebook of a task as pm_command.py does: the command of its name with its widgets as flags, in a folder that
 * stands for the cluster.
 */
export function runOn(cluster: () => Workplace): RunTask {
  return async ({ task, parameters }) => {
    const { notebook_path } = task.notebook_task as { notebook_path: string };
    const command = notebook_path.split('/').at(-1)!;
    const flags = Object.entries(parameters).filter(
      ([name, value]) => value !== '' && /^[a-z][a-z0-9-]*$/.test(name),
    );
    const words = flags.map(([name, value]) => `--${name}=${value}`);
    const { code, out, err } = await cluster().pm(command, '--json', ...words);
    if (code !== 0 && code !== GATE_SAID_NO)
      return { error: `pm ${command} ended with exit code ${code}`, errorTrace: err };
    const values = Object.entries(JSON.parse(out)).filter(([, value]) => /string|number/.test(typeof value));
    return {
      result: out,
      values: Object.fromEntries(values.map(([name, value]) => [name, String(value)])),
    };
  };
}

const clientOf = ({ host, token }: FakeWorkspace): DatabricksClient =>
  createDatabricksClient({ host, authentication: bearerAuthentication(token), sleep: async () => {} });

/** Creates this project's own jobs in a workspace, as they stand in a target that brings no cluster. */
export async function createOwnJobs(workspace: FakeWorkspace): Promise<void> {
  const { jobs } = resolveBundle(ROOT, 'serverless', { user: workspace.state.options.userName });
  for (const { settings } of jobs) await createJob(clientOf(workspace), settings as JobSettings);
}

/** Id of a new run of some job. */
export async function startedRun(workspace: FakeWorkspace): Promise<string> {
  const [job] = workspace.state.jobs.all();
  return runNow(clientOf(workspace), `${job!.jobId}`);
}

import type { DatabricksClient, Job } from '../databricks/index.ts';
import type { CommandContext } from './context.ts';
import { PACKAGE_ROOT } from './package-root.ts';

/** A deployed job and the workspace that has it. The client outlives Ctrl-C: whoever pressed it may want to cancel. */
export async function openJob(
  name: string,
  target: string,
  context: CommandContext,
): Promise<{ client: DatabricksClient; job: Job }> {
  const { openWorkspace } = await import('../pipelines/databricks/open-workspace.ts');
  const { deployedName, findDeployedJob } = await import('../jobs/index.ts');
  const { environment, fetch } = context;
  const lasting = { environment, fetch, signal: new AbortController().signal };
  const { client, identity } = await openWorkspace(lasting);
  const inputs = { user: identity.userName, environment };
  const known = deployedName(PACKAGE_ROOT, name, target, inputs);
  return { client, job: await findDeployedJob(client, known, target) };
}

import { homedir } from 'node:os';
import { createDatabricksClient, type DatabricksClient } from '../../databricks/index.ts';
import { type DatabricksSignIn, databricksAuthentication } from '../../mlflow/index.ts';
import type { PipelineContext } from '../context.ts';

export interface OpenedWorkspace {
  readonly client: DatabricksClient;
  readonly signIn: DatabricksSignIn;
}

/**
 * The workspace that the environment or a profile names; nothing is asked of it yet.
 * @throws UserError those of `databricksAuthentication`
 */
export function openWorkspace({
  environment,
  fetch,
  signal,
}: Pick<PipelineContext, 'environment' | 'fetch' | 'signal'>): OpenedWorkspace {
  const home = environment.HOME || homedir();
  const access = databricksAuthentication(environment, home, { fetch });
  const { trackingUri: host, authentication, signIn } = access;
  return { client: createDatabricksClient({ host, authentication, fetch, signal }), signIn };
}

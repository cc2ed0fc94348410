import { homedir } from 'node:os';
import { UserError } from 'pm-core';
import {
  createDatabricksClient,
  type DatabricksClient,
  DatabricksError,
  type Identity,
  whoAmI,
} from '../../databricks/index.ts';
import { type DatabricksSignIn, databricksAuthentication } from '../../mlflow/index.ts';
import type { PipelineContext } from '../base/context.ts';

export interface OpenedWorkspace {
  readonly client: DatabricksClient;
  readonly signIn: DatabricksSignIn;
  /** Who the workspace says that we are. */
  readonly identity: Identity;
}

/**
 * The workspace that the environment or a profile names, asked who we are.
 * @throws UserError `databricks-refused`, `databricks-unreachable`, and those of `databricksAuthentication`; DatabricksError
 */
export async function openWorkspace({
  environment,
  fetch,
  signal,
}: Pick<PipelineContext, 'environment' | 'fetch' | 'signal'>): Promise<OpenedWorkspace> {
  const home = environment.HOME || homedir();
  const access = databricksAuthentication(environment, home, { fetch });
  const { trackingUri: host, authentication, signIn } = access;
  const client = createDatabricksClient({ host, authentication, fetch, signal });
  try {
    return { client, signIn, identity: await whoAmI(client) };
  } catch (error) {
    throw error instanceof DatabricksError ? explained(error, host) : error;
  }
}

function explained(error: DatabricksError, host: string): Error {
  const { status, message } = error;
  if (status === 401 || status === 403) {
    return new UserError('databricks-refused', `${host} does not accept these credentials: ${message}.`, {
      next: 'Check DATABRICKS_TOKEN, the service principal or the profile: a token may have ended, or be of another workspace.',
    });
  }
  if (status !== 0) return error;
  return new UserError('databricks-unreachable', `${host} does not answer: ${message}.`, {
    next: 'Check DATABRICKS_HOST (or the profile), the network and its proxy.',
  });
}

import { answerOf } from '../mlflow/client.ts';
import type { DatabricksClient } from './client.ts';

/** A user or a service principal. */
export interface Identity {
  readonly id: string;
  /** A user's e-mail address; a service principal's application id. */
  readonly userName: string;
  readonly displayName: string | undefined;
}

/** Who the token is. @throws DatabricksError, with status 401 or 403 where it is not accepted. */
export async function whoAmI(client: DatabricksClient): Promise<Identity> {
  const {
    id = '',
    userName = '',
    displayName,
  } = await answerOf(client.api.GET('/api/2.0/preview/scim/v2/Me'));
  return { id, userName, displayName };
}

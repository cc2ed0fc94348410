import { answerOf, type MlflowClient } from './client.ts';
import { MlflowError, NO_ENDPOINT } from './mlflow-error.ts';

export interface ServerFeatures {
  /** As the server says, such as `3.17.2`. */
  readonly version: string;
  /** MLflow 3: models have artifact folders and outputs of their own. Before, a model lies among its run's artifacts. */
  readonly hasLoggedModels: boolean;
}

/** What the server can do. */
export async function serverFeatures(client: MlflowClient): Promise<ServerFeatures> {
  const { data: version } = await client.api.GET('/version', { parseAs: 'text' });
  return { version: (version ?? '').trim(), hasLoggedModels: await hasLoggedModels(client) };
}

/** Whether the server is an MLflow 3, which alone says what it is. */
export async function hasLoggedModels({ api }: MlflowClient): Promise<boolean> {
  try {
    await answerOf(api.GET('/api/3.0/mlflow/server-info'));
    return true;
  } catch (error) {
    if (error instanceof MlflowError && (error.status === 404 || error.errorCode === NO_ENDPOINT))
      return false;
    throw error;
  }
}

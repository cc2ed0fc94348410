import { answerOf, type MlflowClient } from './client.ts';
import { MlflowError } from './mlflow-error.ts';

export interface ServerFeatures {
  /** As the server says, such as `3.17.2`. */
  readonly version: string;
  /** MLflow 3: models have artifact folders and outputs of their own. Before, a model lies among its run's artifacts. */
  readonly hasLoggedModels: boolean;
}

/** What the server can do. */
export async function serverFeatures({ api }: MlflowClient): Promise<ServerFeatures> {
  const { data: version } = await api.GET('/version', { parseAs: 'text' });
  return { version: (version ?? '').trim(), hasLoggedModels: await hasServerInfo(api) };
}

async function hasServerInfo(api: MlflowClient['api']): Promise<boolean> {
  try {
    await answerOf(api.GET('/api/3.0/mlflow/server-info'));
    return true;
  } catch (error) {
    if (error instanceof MlflowError && error.status === 404) return false;
    throw error;
  }
}

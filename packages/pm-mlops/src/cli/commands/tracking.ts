import type { MlflowClient } from '../../mlflow/client.ts';
import type { PipelineContext } from '../../pipelines/base/context.ts';

/** Runs `work` with a client of the tracking that the environment names; `location` is for people. */
export async function withTracking<Result>(
  { environment, cwd }: PipelineContext,
  work: (client: MlflowClient, location: string) => Promise<Result>,
): Promise<Result> {
  const { openTracking } = await import('../../mlflow/tracking.ts');
  const tracking = await openTracking({ environment, cwd });
  try {
    return await work(tracking.client, tracking.location);
  } finally {
    await tracking.close();
  }
}

import { isTemporary } from '../mlflow/retry.ts';
import type { DatabricksClient } from './client.ts';
import { getJobRun, hasEnded, type JobRun } from './job-runs.ts';

/** Looks in a row that may fail for a while, each with tries of its own: some minutes without a network. */
const patience = 20;

/**
 * A run each time that its state or that of a task has changed, until it has ended; asked for every `pollMs` at first, then
 * in growing steps up to ten times that, and at `pollMs` again after a change. A run takes hours, so that a service which does
 * not answer for some minutes is waited for.
 */
export async function* watchJobRun(
  client: DatabricksClient,
  jobRunId: string,
  { pollMs = 2000, signal = client.signal }: { pollMs?: number; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<JobRun, void, undefined> {
  let before: string | undefined;
  let waitMs = pollMs;
  let failed = 0;
  for (;;) {
    signal?.throwIfAborted();
    const run = await getJobRun(client, jobRunId).catch((error: unknown) => {
      if (!isTemporary(error) || ++failed > patience) throw error;
    });
    if (run === undefined) {
      waitMs = Math.min(waitMs * 1.5, pollMs * 10);
      await client.retry.sleep(waitMs, signal);
      continue;
    }
    failed = 0;
    const now = JSON.stringify([run.state, run.tasks]);
    if (now !== before) yield run;
    if (hasEnded(run.state)) return;
    waitMs = now === before ? Math.min(waitMs * 1.5, pollMs * 10) : pollMs;
    before = now;
    await client.retry.sleep(waitMs, signal);
  }
}

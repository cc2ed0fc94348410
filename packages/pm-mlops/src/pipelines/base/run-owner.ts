import { hostname } from 'node:os';
import { isAlive, processStart } from 'pm-core/lake';
import { z } from 'zod';
import type { MlflowClient } from '../../mlflow/client.ts';
import { findExperiment } from '../../mlflow/experiments.ts';
import { allOf } from '../../mlflow/pages.ts';
import { setTag } from '../../mlflow/run-data.ts';
import { endRun, searchRuns } from '../../mlflow/runs.ts';

/** Tag of a run that names the process doing it, as JSON. */
export const OWNER_TAG = 'pm.process';
/** Tag of a run that was not ended by its own process: why. */
export const ENDED_TAG = 'pm.ended_because';

const Owner = z.object({
  host: z.string(),
  pid: z.int().positive(),
  /** Tells a recycled pid; null where the system does not say when a process started. */
  processStart: z.string().nullable(),
});
type Owner = z.infer<typeof Owner>;

/** The tag of a run that this process starts. */
export function ownerTag(): Record<string, string> {
  const { pid } = process;
  const owner: Owner = { host: hostname(), pid, processStart: processStart(pid) ?? null };
  return { [OWNER_TAG]: JSON.stringify(owner) };
}

/**
 * Ends, as KILLED, the runs of an experiment that still say RUNNING though their process is gone (`kill -9`, a power cut).
 * Only a process of this host can be looked for: runs of other hosts stay, and those without {@link OWNER_TAG}.
 * Returns the ids of the ended runs.
 * @throws UserError `experiment-deleted`
 */
export async function endOrphanedRuns(
  client: MlflowClient,
  { experimentName, now }: { experimentName: string; now: () => Date },
): Promise<string[]> {
  const experimentId = await findExperiment(client, experimentName);
  if (experimentId === undefined) return [];
  const search = { experimentIds: [experimentId], filter: "attributes.status = 'RUNNING'" };
  const ended: string[] = [];
  // All of them first: to end a run in the middle would move the pages.
  for (const { runId, tags } of await allOf(searchRuns(client, search))) {
    const owner = ownerOf(tags[OWNER_TAG]);
    if (owner?.host !== hostname() || isAlive(owner.pid, owner.processStart)) continue;
    await setTag(client, runId, ENDED_TAG, `process ${owner.pid} of ${owner.host} is gone`);
    await endRun(client, runId, 'KILLED', now().getTime());
    ended.push(runId);
  }
  return ended;
}

function ownerOf(tag = ''): Owner | undefined {
  try {
    return Owner.parse(JSON.parse(tag));
  } catch {
    return undefined;
  }
}

import { UserError } from 'pm-core';
import { type DatabricksClient, makeFolder } from '../../databricks/index.ts';
import type { PipelineContext } from '../base/context.ts';
import type { Change } from './change.ts';
import { codeChanges } from './code-changes.ts';
import { whileLocked } from './deploy-lock.ts';
import type { Deployment } from './deployment.ts';
import { shortName } from './format-plan.ts';
import { jobChanges } from './job-changes.ts';
import { placeChanges } from './place-changes.ts';
import { recordChanges } from './record-changes.ts';

/** Which part: what jobs need, the jobs, or both. */
export type DeployPart = 'all' | 'code' | 'jobs';

export interface DeployOptions {
  readonly part: DeployPart;
  /** Removes what is ours and no file names any more. */
  readonly prune: boolean;
  /** Changes nothing. */
  readonly planOnly: boolean;
  readonly forceLock: boolean;
}

/** What a deployment would do, in this order. */
export interface DeployPlan {
  readonly changes: readonly Change[];
  /** How many things are as they should be. */
  readonly unchanged: number;
  /** Ours, named by no file any more, and left alone without `prune`. */
  readonly stale: readonly string[];
}

export interface DeployResult extends DeployPlan {
  readonly applied: boolean;
}

/**
 * The story of a deployment: compare, lock, compare again, carry out. A workspace that is as it should be is not written to.
 * What was cut off anywhere is finished by deploying again.
 * @throws UserError `ambiguous-job`, `deployment-locked`, `deployment-unfinished` naming what was not done; DatabricksError
 */
export async function deploy(
  client: DatabricksClient,
  deployment: Deployment,
  { log, now, step }: Pick<PipelineContext, 'log' | 'now' | 'step'>,
  options: DeployOptions,
): Promise<DeployResult> {
  const compare = () => planDeployment(client, deployment, { ...options, now });
  const plan = await step('compare with the workspace', compare);
  if (options.planOnly || plan.changes.length === 0) return { ...plan, applied: false };
  const { rootPath, user } = deployment;
  await makeFolder(client, rootPath);
  return whileLocked(client, rootPath, { user, now, log, force: options.forceLock }, async () => {
    const current = await step('compare again under the lock', compare);
    await applyChanges(current.changes, { step, rootPath });
    return { ...plan, applied: true };
  });
}

/** Code before jobs, which point to it; former code goes last. */
async function planDeployment(
  client: DatabricksClient,
  deployment: Deployment,
  { part, prune, now }: DeployOptions & { now: () => Date },
): Promise<DeployPlan> {
  const nothing = { changes: [], unchanged: 0, stale: [] };
  const places = part === 'jobs' ? nothing : await placeChanges(client, deployment);
  const code =
    part === 'jobs' ? await refuseMissingCode(client, deployment) : await codeChanges(client, deployment);
  const jobs = part === 'code' ? nothing : await jobChanges(client, deployment, { prune, now });
  const records = part === 'jobs' ? nothing : await recordChanges(client, deployment, { now, prune });
  return {
    changes: [places, code, jobs, records].flatMap(({ changes }) => changes),
    unchanged: places.unchanged + code.unchanged + jobs.unchanged,
    stale: [...jobs.stale, ...records.stale],
  };
}

/** @throws UserError `code-not-deployed` */
async function refuseMissingCode(client: DatabricksClient, deployment: Deployment) {
  const { changes } = await codeChanges(client, deployment);
  if (changes.length === 0) return { changes, unchanged: 0 };
  throw new UserError(
    'code-not-deployed',
    `The code that the jobs would run is not in the workspace: ${changes[0]!.name}${changes.length > 1 ? ` and ${changes.length - 1} more` : ''}.`,
    { next: 'make databricks-deploy-code first, or make deploy for both.' },
  );
}

/** @throws UserError `deployment-unfinished` */
export async function applyChanges(
  changes: readonly Change[],
  { step, rootPath }: { step: PipelineContext['step']; rootPath: string },
): Promise<void> {
  for (const [index, { action, kind, name, apply }] of changes.entries()) {
    try {
      await step(`${action} ${kind} ${shortName(name, rootPath)}`, apply);
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      throw new UserError(
        'deployment-unfinished',
        `${index} of ${changes.length} changes were made; this one was not: ${action} ${kind} ${name}: ${cause.message}`,
        {
          next: (error instanceof UserError && error.next) || 'Run it again: it goes on from here.',
          cause,
        },
      );
    }
  }
}

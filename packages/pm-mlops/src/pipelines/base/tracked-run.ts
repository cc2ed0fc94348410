import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { logBatch } from '../../mlflow/batches.ts';
import type { MlflowClient } from '../../mlflow/client.ts';
import { experimentIdByName } from '../../mlflow/experiments.ts';
import type { Run } from '../../mlflow/run.ts';
import { createRun, endRun, reopenRun } from '../../mlflow/runs.ts';
import type { PipelineContext } from './context.ts';
import { experimentName } from './names.ts';
import { ownerTag } from './run-owner.ts';

/**
 * Runs `work` inside a run of the workflow's experiment: it ends FINISHED, FAILED if the work throws, KILLED if it was
 * interrupted. Killed without a word, it is ended by `pm doctor` (run-owner.ts). `source` is what people see as the run's source, such as `pm train`.
 */
export async function inTrackedRun<Result>(
  client: MlflowClient,
  context: PipelineContext,
  options: TrackedRunOptions,
  work: (run: Run) => Promise<Result>,
): Promise<Result> {
  const run = await openRun(client, context, options);
  const end = (status: 'FINISHED' | 'FAILED' | 'KILLED') =>
    endRun(client, run.runId, status, context.now().getTime());
  try {
    const result = await work(run);
    await end('FINISHED');
    return result;
  } catch (error) {
    await end(context.signal.aborted ? 'KILLED' : 'FAILED');
    throw error;
  }
}

export interface TrackedRunOptions {
  readonly source: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly runName?: string | undefined;
  /** Makes it a nested run. */
  readonly parentRunId?: string | undefined;
  /** A run that ended too early, to go on with instead of a new one. */
  readonly resumed?: Run | undefined;
}

async function openRun(
  client: MlflowClient,
  context: PipelineContext,
  { source, tags = {}, runName, parentRunId, resumed }: TrackedRunOptions,
): Promise<Run> {
  if (resumed !== undefined) {
    await reopenRun(client, resumed.runId);
    await logBatch(client, resumed.runId, { tags: ownerTag() });
    return resumed;
  }
  const experimentId = await experimentIdByName(client, experimentName(context));
  return createRun(client, {
    experimentId,
    runName,
    parentRunId,
    startTimeMs: context.now().getTime(),
    userName: userName(context.environment),
    tags: {
      'mlflow.source.name': source,
      'mlflow.source.type': 'LOCAL',
      ...ownerTag(),
      ...gitTags(context),
      ...tags,
    },
  });
}

export function userName(environment: PipelineContext['environment']): string {
  return environment.USER ?? environment.USERNAME ?? userInfo().username;
}

/** The commit and branch that the working folder is at; empty outside a repository. */
export function gitTags({ cwd }: PipelineContext): Record<string, string> {
  const git = (...args: string[]) => {
    try {
      return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      return '';
    }
  };
  const commit = git('rev-parse', 'HEAD');
  const branch = git('rev-parse', '--abbrev-ref', 'HEAD');
  return {
    ...(commit && { 'mlflow.source.git.commit': commit }),
    ...(branch && { 'mlflow.source.git.branch': branch }),
  };
}

import { randomUUID } from 'node:crypto';
import { answerOf, type MlflowClient } from './client.ts';
import { createOnce } from './create-once.ts';
import { everyItem } from './pages.ts';
import { type EndStatus, type Run, type RunSearch, runOf } from './run.ts';
import { fittingPair } from './value-limits.ts';
import { pairs, taggedWith } from './wire-values.ts';

/** Tag of the id by which a run, version or model is found again when the answer to its creation was lost. */
export const REQUEST_ID_TAG = 'pm.request_id';

export interface NewRun {
  readonly experimentId: string;
  /** MLflow gives a random one where none is given. */
  readonly runName?: string | undefined;
  readonly startTimeMs: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly userName?: string | undefined;
  /** Makes it a nested run. */
  readonly parentRunId?: string | undefined;
  /** 32 hexadecimal digits. The embedded store gives the run this id; MLflow's own servers always make one up. */
  readonly wantedRunId?: string | undefined;
}

/**
 * Starts a run. An answer that got lost leaves no second, ghost run: it carries {@link REQUEST_ID_TAG}.
 * @throws UserError `value-too-long` for a tag over 8,000 characters.
 */
export async function createRun(
  client: MlflowClient,
  run: NewRun,
  requestId: string = randomUUID(),
): Promise<Run> {
  const { experimentId, runName, startTimeMs, userName, parentRunId, wantedRunId } = run;
  const tags = {
    ...(userName !== undefined && { 'mlflow.user': userName }),
    ...(parentRunId !== undefined && { 'mlflow.parentRunId': parentRunId }),
    ...run.tags,
    [REQUEST_ID_TAG]: requestId,
  };
  const body = {
    experiment_id: experimentId,
    start_time: startTimeMs,
    tags: pairs(tags).map((pair) => fittingPair('tag', pair)),
    ...(runName !== undefined && { run_name: runName }),
    ...(userName !== undefined && { user_id: userName }),
    ...(wantedRunId !== undefined && { pm_run_id: wantedRunId }),
  };
  return createOnce(client.retry, {
    create: async () => runOf((await answerOf(client.api.POST('/api/2.0/mlflow/runs/create', { body }))).run),
    find: async () => {
      const filter = taggedWith(REQUEST_ID_TAG, requestId);
      return (await searchRuns(client, { experimentIds: [experimentId], filter }).next()).value ?? undefined;
    },
  });
}

/** @throws MlflowError RESOURCE_DOES_NOT_EXIST */
export async function getRun({ api }: MlflowClient, runId: string): Promise<Run> {
  const query = { run_id: runId };
  return runOf((await answerOf(api.GET('/api/2.0/mlflow/runs/get', { params: { query } }))).run);
}

/** Runs of some experiments that pass MLflow's filter (`metrics.test_macro_f1 > 0.9 and tags.owner = 'ada'`), page by page. */
export function searchRuns({ api }: MlflowClient, search: RunSearch): AsyncGenerator<Run, void, undefined> {
  const { experimentIds, filter, orderBy, viewType, pageSize = 1000 } = search;
  const body = {
    experiment_ids: [...experimentIds],
    max_results: pageSize,
    ...(filter !== undefined && { filter }),
    ...(orderBy !== undefined && { order_by: [...orderBy] }),
    ...(viewType !== undefined && { run_view_type: viewType }),
  };
  return everyItem(async (page_token) => {
    const { runs, next_page_token } = await answerOf(
      api.POST('/api/2.0/mlflow/runs/search', { body: { ...body, ...(page_token && { page_token }) } }),
    );
    return { items: runs?.map(runOf), nextPageToken: next_page_token };
  });
}

/** Ends a run: without it a run stays RUNNING for ever. */
export async function endRun(
  { api }: MlflowClient,
  runId: string,
  status: EndStatus,
  endTimeMs: number,
): Promise<void> {
  await api.POST('/api/2.0/mlflow/runs/update', { body: { run_id: runId, status, end_time: endTimeMs } });
}

/** Lets a run that ended go on. */
export async function reopenRun({ api }: MlflowClient, runId: string): Promise<void> {
  await api.POST('/api/2.0/mlflow/runs/update', { body: { run_id: runId, status: 'RUNNING' } });
}

/** Hides a run; its files stay until MLflow's garbage collection. */
export async function deleteRun({ api }: MlflowClient, runId: string): Promise<void> {
  await api.POST('/api/2.0/mlflow/runs/delete', { body: { run_id: runId } });
}

export async function restoreRun({ api }: MlflowClient, runId: string): Promise<void> {
  await api.POST('/api/2.0/mlflow/runs/restore', { body: { run_id: runId } });
}

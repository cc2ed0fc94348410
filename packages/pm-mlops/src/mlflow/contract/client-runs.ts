import { describe, expect, test } from 'vitest';
import { logBatch, metricHistory } from '../batches.ts';
import type { MlflowClient } from '../client.ts';
import { experimentIdByName, findExperiment } from '../experiments.ts';
import type { Run } from '../run.ts';
import { deleteTag, logInputs, setTag } from '../run-data.ts';
import { createRun, deleteRun, endRun, getRun, REQUEST_ID_TAG, restoreRun, searchRuns } from '../runs.ts';

let names = 0;
/** A name that no other test of this process uses. */
export const unique = (prefix: string) => `${prefix}-${process.pid}-${names++}`;

export async function startRun(client: MlflowClient): Promise<Run> {
  const experimentId = await experimentIdByName(client, unique('client'));
  return createRun(client, { experimentId, startTimeMs: 1_700_000_000_000 });
}

/** Declares the tests of the client's tracking functions over a backend. */
export function describeClientRuns(open: () => MlflowClient): void {
  describe('experiments by name', () => {
    test('an experiment is made once, also by ten at a time', async () => {
      const name = unique('race');
      const ids = await Promise.all(Array.from({ length: 10 }, () => experimentIdByName(open(), name)));
      expect(new Set(ids).size).toBe(1);
      expect(await findExperiment(open(), name)).toBe(ids[0]);
    });

    test('a deleted experiment says how to get its name back', async () => {
      const name = unique('gone');
      const experiment_id = await experimentIdByName(open(), name);
      await open().api.POST('/api/2.0/mlflow/experiments/delete', { body: { experiment_id } });
      await expect(experimentIdByName(open(), name)).rejects.toMatchObject({
        code: 'experiment-deleted',
        next: expect.stringContaining(`--experiment-id ${experiment_id}`),
      });
    });
  });

  describe('a run', () => {
    test('starts with its name, user, parent, tags and start, and ends with status and end', async () => {
      const client = open();
      const experimentId = await experimentIdByName(client, unique('run'));
      const parent = await createRun(client, { experimentId, startTimeMs: 1_700_000_000_000 });
      const { runId } = await createRun(client, {
        experimentId,
        runName: 'trees',
        startTimeMs: 1_700_000_000_001,
        userName: 'ada',
        parentRunId: parent.runId,
        tags: { team: 'maintenance' },
      });
      await endRun(client, runId, 'FINISHED', 1_700_000_002_000);
      expect(await getRun(client, runId)).toMatchObject({
        runId,
        experimentId,
        runName: 'trees',
        status: 'FINISHED',
        isDeleted: false,
        startTimeMs: 1_700_000_000_001,
        endTimeMs: 1_700_000_002_000,
        tags: {
          team: 'maintenance',
          'mlflow.user': 'ada',
          'mlflow.parentRunId': parent.runId,
          'mlflow.runName': 'trees',
        },
      });
    });

    test('is found again by the id it was made with', async () => {
      const client = open();
      const { experimentId } = await startRun(client);
      const made = await createRun(client, { experimentId, startTimeMs: 1 }, 'the-id');
      const filter = `tags.\`${REQUEST_ID_TAG}\` = 'the-id'`;
      const found = (await searchRuns(client, { experimentIds: [experimentId], filter }).next()).value as Run;
      expect(found.runId).toBe(made.runId);
    });

    test('is tagged, untagged, deleted and restored', async () => {
      const client = open();
      const { runId } = await startRun(client);
      await setTag(client, runId, 'owner', 'grace');
      expect((await getRun(client, runId)).tags).toMatchObject({ owner: 'grace' });
      await deleteTag(client, runId, 'owner');
      expect((await getRun(client, runId)).tags).not.toHaveProperty('owner');
      await deleteRun(client, runId);
      expect((await getRun(client, runId)).isDeleted).toBe(true);
      await restoreRun(client, runId);
      expect((await getRun(client, runId)).isDeleted).toBe(false);
    });

    test('shows the datasets it read', async () => {
      const client = open();
      const { runId } = await startRun(client);
      const dataset = {
        name: 'labeled_features',
        digest: 'abc',
        context: 'training',
        sourceType: 'local',
        source: '{"uri": "lake"}',
        schema: '{}',
        profile: '{"num_rows": 3}',
      };
      await logInputs(client, runId, { datasets: [dataset] });
      expect((await getRun(client, runId)).datasets).toEqual([dataset]);
    });
  });

  describe('values of a run', () => {
    test('thousands of metrics and hundreds of params and tags are all there', async () => {
      const client = open();
      const { runId } = await startRun(client);
      const metrics = Array.from({ length: 2500 }, (_, step) => ({
        key: 'loss',
        value: 1 / (step + 1),
        step,
        timestampMs: step,
      }));
      const record = (prefix: string) =>
        Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`${prefix}${n}`, `${n}`]));
      await logBatch(client, runId, { metrics, params: record('p'), tags: record('t') });
      const history = await metricHistory(client, runId, 'loss');
      expect(history.sort((a, b) => a.step - b.step)).toEqual(metrics);
      const run = await getRun(client, runId);
      expect(run.params).toEqual(record('p'));
      expect(run.tags).toMatchObject(record('t'));
      expect(run.metrics.loss).toBe(1 / 2500);
    });

    test('NaN stays NaN and Infinity the largest double', async () => {
      const client = open();
      const { runId } = await startRun(client);
      const at = { step: 0, timestampMs: 1 };
      await logBatch(client, runId, {
        metrics: [
          { key: 'nan', value: Number.NaN, ...at },
          { key: 'infinite', value: Number.NEGATIVE_INFINITY, ...at },
        ],
      });
      expect((await getRun(client, runId)).metrics).toEqual({ nan: Number.NaN, infinite: -Number.MAX_VALUE });
      expect((await metricHistory(client, runId, 'nan'))[0]!.value).toBeNaN();
    });

    test('a param that is too long is refused, or cut with a notice', async () => {
      const client = open();
      const { runId } = await startRun(client);
      const params = { long: '𝕏'.repeat(6001) };
      await expect(logBatch(client, runId, { params })).rejects.toMatchObject({ code: 'value-too-long' });
      await expect(setTag(client, runId, 'long', 'x'.repeat(8001))).rejects.toMatchObject({
        code: 'value-too-long',
      });
      const notices: string[] = [];
      await logBatch(client, runId, { params }, { onCut: (notice) => notices.push(notice) });
      expect(notices).toEqual(['the param long has 6001 characters; MLflow keeps 6000: the rest was cut']);
      expect((await getRun(client, runId)).params.long).toBe('𝕏'.repeat(6000));
    });
  });

  test('a search gives every run, whatever the size of a page', async () => {
    const client = open();
    const { experimentId } = await startRun(client);
    for (let n = 0; n < 4; n++)
      await createRun(client, { experimentId, runName: `r${n}`, startTimeMs: 1000 - n });
    const found: string[] = [];
    const search = {
      experimentIds: [experimentId],
      filter: "run_name LIKE 'r%'",
      orderBy: ['start_time ASC'],
      pageSize: 3,
    };
    for await (const run of searchRuns(client, search)) found.push(run.runName);
    expect(found).toEqual(['r3', 'r2', 'r1', 'r0']);
  });
}

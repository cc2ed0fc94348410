import { describe, expect, it } from 'vitest';
import { openArtifacts } from '../../mlflow/artifacts.ts';
import { logBatch } from '../../mlflow/batches.ts';
import type { MlflowClient } from '../../mlflow/client.ts';
import { experimentIdByName } from '../../mlflow/experiments.ts';
import { createRun, deleteRun, endRun, getRun, type NewRun } from '../../mlflow/runs.ts';
import { serverSource, transferRuns } from './index.ts';
import { logSmallExample } from './testing/example-runs.ts';
import { type EmbeddedStore, embeddedStore } from './testing/stores.ts';

const push = (from: EmbeddedStore, target: MlflowClient) =>
  transferRuns({ source: serverSource(from.client, 'the source'), target });

async function oneRun({ client }: EmbeddedStore, more: Partial<NewRun> = {}): Promise<string> {
  const experimentId = await experimentIdByName(client, 'fleet');
  const { runId, artifactUri } = await createRun(client, { experimentId, startTimeMs: 1000, ...more });
  await logBatch(client, runId, {
    params: { depth: '15' },
    metrics: [{ key: 'loss', value: 1, step: 0, timestampMs: 1 }],
  });
  await openArtifacts(client, artifactUri).write('a.txt', new Blob(['a']));
  await endRun(client, runId, 'FINISHED', 2000);
  return runId;
}

describe('what does not arrive is named, and the rest arrives', () => {
  it('a param that has another value at the target', async () => {
    using from = embeddedStore();
    using to = embeddedStore();
    const runId = await oneRun(from);
    const experimentId = await experimentIdByName(to.client, 'fleet');
    await createRun(to.client, { experimentId, startTimeMs: 1000, wantedRunId: runId });
    await logBatch(to.client, runId, { params: { depth: '3' } });
    const { losses } = await push(from, to.client);
    expect(losses).toEqual([`run ${runId}: param depth is missing or has another value`]);
    const { status, params, metrics } = await getRun(to.client, runId);
    expect({ status, params, metrics }).toEqual({
      status: 'FINISHED',
      params: { depth: '3' },
      metrics: { loss: 1 },
    });
  });

  it('a run that was deleted at the target', async () => {
    using from = embeddedStore();
    using to = embeddedStore();
    const runId = await oneRun(from);
    await push(from, to.client);
    await deleteRun(to.client, runId);
    const { losses } = await push(from, to.client);
    expect(losses).toEqual([`run ${runId}: it was deleted at the target; restore ${runId} there`]);
  });

  it('a file that another has changed under way', async () => {
    using from = embeddedStore();
    using to = embeddedStore();
    const runId = await oneRun(from);
    const flipping = to.through((fetch) => async (input, init) => {
      const request = new Request(input, init);
      if (request.method !== 'PUT') return fetch(request);
      return fetch(new Request(request.url, { method: 'PUT', body: 'b' }));
    });
    const { losses } = await push(from, flipping);
    expect(losses).toHaveLength(1);
    expect(losses[0]).toMatch(/^artifact .*a\.txt: .*SHA-256/);
    expect((await push(from, to.client)).losses).toEqual([]);
    expect((await getRun(to.client, runId)).status).toBe('FINISHED');
  });

  it('values that a target drops without a word', async () => {
    using from = embeddedStore();
    using to = embeddedStore();
    const runId = await oneRun(from);
    const deaf = to.through((fetch) => async (input, init) => {
      const request = new Request(input, init);
      return request.url.endsWith('/log-batch') ? Response.json({}) : fetch(request);
    });
    const { losses } = await push(from, deaf);
    expect(losses).toContain(`run ${runId}: param depth is missing or has another value`);
    expect(losses).toContain(`run ${runId}: 1 point of metric loss missing`);
  });

  it('an experiment that the source has not', async () => {
    using from = embeddedStore();
    using to = embeddedStore();
    const source = serverSource(from.client, 'the source');
    await expect(transferRuns({ source, target: to.client, experiments: ['nope'] })).rejects.toThrow(
      'There is no experiment nope in the source; it has Default.',
    );
  });
});

it('a child may come before its parent, which keeps its place in later transfers', async () => {
  using from = embeddedStore();
  using to = embeddedStore();
  const parentRunId = await oneRun(from, { startTimeMs: 5000 });
  const child = await oneRun(from, { startTimeMs: 1000, parentRunId });
  expect((await push(from, to.client)).runs.created).toBe(2);
  expect((await getRun(to.client, child)).tags['mlflow.parentRunId']).toBe(parentRunId);
});

it('a run that is still going is carried as it is, and completed when it has ended', async () => {
  using from = embeddedStore();
  using to = embeddedStore();
  const experimentId = await experimentIdByName(from.client, 'fleet');
  const { runId } = await createRun(from.client, { experimentId, startTimeMs: 1000 });
  await push(from, to.client);
  expect((await getRun(to.client, runId)).status).toBe('RUNNING');
  await logBatch(from.client, runId, { metrics: [{ key: 'loss', value: 1, step: 7, timestampMs: 1 }] });
  await endRun(from.client, runId, 'KILLED', 9000);
  expect((await push(from, to.client)).runs).toEqual({ created: 0, completed: 1, unchanged: 0 });
  expect(await getRun(to.client, runId)).toMatchObject({
    status: 'KILLED',
    endTimeMs: 9000,
    metrics: { loss: 1 },
  });
});

it('a target without logged models gets the runs all the same, and the models are named', async () => {
  using from = embeddedStore();
  using to = embeddedStore();
  await logSmallExample(from.client);
  const old = to.through((fetch) => async (input, init) => {
    const request = new Request(input, init);
    return /logged-models|runs\/outputs/.test(request.url)
      ? new Response('Not Found', { status: 404 })
      : fetch(request);
  });
  const report = await transferRuns({ source: serverSource(from.client, ''), target: old, models: true });
  expect(report.runs).toMatchObject({ created: 2 });
  expect(report.losses).toEqual([
    expect.stringMatching(/^logged model m-.*: the target has no logged models: it is an MLflow before 3$/),
    expect.stringMatching(
      /^version 1 of bearing: its files at models:\/m-.* are of no run or logged model that crosses$/,
    ),
  ]);
});

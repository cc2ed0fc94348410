import { UserError } from 'pm-core';
import { splitBatch } from '../../mlflow/batches.ts';
import { answerOf, type MlflowClient } from '../../mlflow/client.ts';
import { setLoggedModelTags } from '../../mlflow/logged-models.ts';
import { copyArtifacts } from './copy-artifacts.ts';
import type { Crossing, Place } from './crossing.ts';
import { withoutMarks } from './identity.ts';
import { pairsMissing, pointsMissing } from './run-gap.ts';
import { loggedModelRecord } from './server-source.ts';
import { orLoss } from './transfer-report.ts';
import type { LoggedModelRecord, WirePoint } from './transfer-source.ts';

/** The server itself keeps this list of the versions made from a model. */
const versionsTag = 'mlflow.modelVersions';

/** Completes a logged model at the target: files, tags and metrics; reads it back, compares, and says that it is ready. */
export async function copyLoggedModel(crossing: Crossing, model: LoggedModelRecord): Promise<void> {
  const { report } = crossing;
  await orLoss(report.losses, `logged model ${model.modelId}`, async () => {
    const place = await crossing.modelAtTarget(model.modelId);
    if (place === undefined) {
      throw new UserError('no-logged-models', 'the target has no logged models: it is an MLflow before 3');
    }
    const written = await complete(crossing, model, place);
    report.loggedModels[place.isNew ? 'created' : written ? 'completed' : 'unchanged']++;
  });
}

async function complete(crossing: Crossing, model: LoggedModelRecord, place: Place): Promise<boolean> {
  const { target, report, arrived, source } = crossing;
  const expected = await asAtTarget(crossing, model, place);
  const before = await readBack(target, place.id);
  const tags = pairsMissing(expected.tags, before.tags);
  const points = pointsMissing(expected.metrics, before.metrics);
  if (Object.keys(tags).length > 0) await setLoggedModelTags(target, place.id, tags);
  for (const [run_id, metrics] of Map.groupBy(points, (point) => point.run_id!)) {
    for (const batch of splitBatch({ params: [], tags: [], metrics })) {
      await target.api.POST('/api/2.0/mlflow/runs/log-batch', { body: { run_id, ...batch } });
    }
  }
  const folders = { from: source.artifacts(model.artifactUri), to: arrived.artifacts(place.artifactUri) };
  const files = await copyArtifacts(folders.from, folders.to, report);
  const isEnded = before.status === model.status;
  if (!isEnded) await finalize(target, place.id, model.status);
  report.losses.push(...losses(expected, await readBack(target, place.id)));
  return files > 0 || points.length > 0 || Object.keys(tags).length > 0 || !isEnded;
}

async function asAtTarget(
  crossing: Crossing,
  model: LoggedModelRecord,
  place: Place,
): Promise<LoggedModelRecord> {
  const { [versionsTag]: _, ...tags } = withoutMarks(model.tags);
  const metrics: WirePoint[] = [];
  for (const point of model.metrics) {
    const run = point.run_id && (await crossing.runAtTarget(point.run_id));
    if (run) metrics.push({ ...point, run_id: run.id, model_id: place.id });
    else
      crossing.report.losses.push(
        `logged model ${model.modelId}: metric ${point.key} is of a run that does not cross`,
      );
  }
  return { ...model, metrics, tags };
}

async function readBack({ api }: MlflowClient, model_id: string): Promise<LoggedModelRecord> {
  const params = { path: { model_id } };
  const found = await answerOf(api.GET('/api/2.0/mlflow/logged-models/{model_id}', { params }));
  const record = loggedModelRecord(found.model ?? {});
  return { ...record, metrics: record.metrics.map((point) => ({ ...point, model_id })) };
}

async function finalize(
  { api }: MlflowClient,
  model_id: string,
  status: LoggedModelRecord['status'],
): Promise<void> {
  await api.PATCH('/api/2.0/mlflow/logged-models/{model_id}', {
    params: { path: { model_id } },
    body: { model_id, status },
  });
}

function losses(expected: LoggedModelRecord, actual: LoggedModelRecord): string[] {
  const missing = [
    ...Object.keys(pairsMissing(expected.params, actual.params)).map((key) => `param ${key}`),
    ...Object.keys(pairsMissing(expected.tags, actual.tags)).map((key) => `tag ${key}`),
    ...pointsMissing(expected.metrics, actual.metrics).map(({ key }) => `a point of metric ${key}`),
    ...(expected.status === actual.status ? [] : [`status ${expected.status}`]),
  ];
  return missing.map((what) => `logged model ${expected.modelId}: ${what} is missing at the target`);
}

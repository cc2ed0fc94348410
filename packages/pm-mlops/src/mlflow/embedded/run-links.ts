import { z } from 'zod';
import { type Context, type Route, writes } from './context.ts';
import type { Database } from './database.ts';
import { invalid } from './fault.ts';
import { Int64, RequiredText, Text } from './request-fields.ts';
import { activeRun } from './run-rows.ts';

const Dataset = z.object({
  name: Text.max(500),
  digest: Text.max(36),
  source_type: Text,
  source: Text.max(65_535).nullish(),
  schema: Text.max(1_048_575).nullish(),
  profile: Text.max(16_777_215).nullish(),
});
const Tag = z.object({ key: Text.max(255), value: Text.max(500) });

const LogInputs = z.object({
  run_id: RequiredText,
  datasets: z.array(z.object({ tags: z.array(Tag).nullish(), dataset: Dataset })).nullish(),
  models: z.array(z.object({ model_id: RequiredText })).nullish(),
});
type DatasetInput = NonNullable<z.infer<typeof LogInputs>['datasets']>[number];

/** A dataset is known in its experiment by name and digest; logged again for the same run it changes nothing. */
function logInputs(context: Context, { run_id, datasets, models }: z.infer<typeof LogInputs>) {
  const { experiment_id } = activeRun(context.database, run_id);
  for (const input of datasets ?? []) logDataset(context, run_id, experiment_id, input);
  for (const { model_id } of models ?? []) {
    link(context, { from: ['RUN_INPUT', run_id], to: ['MODEL_INPUT', model_id] });
  }
  return undefined;
}

function logDataset(
  context: Context,
  run_id: string,
  experiment_id: number,
  { dataset, tags }: DatasetInput,
): void {
  const { database, newId } = context;
  const dataset_uuid = datasetId(database, experiment_id, dataset) ?? newId();
  database.run(
    `INSERT INTO datasets (dataset_uuid, experiment_id, name, digest, dataset_source_type, dataset_source,
       dataset_schema, dataset_profile) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    dataset_uuid,
    experiment_id,
    dataset.name,
    dataset.digest,
    dataset.source_type,
    dataset.source ?? '',
    dataset.schema ?? null,
    dataset.profile ?? null,
  );
  const input_uuid = link(context, { from: ['DATASET', dataset_uuid], to: ['RUN', run_id] });
  if (input_uuid === undefined) return;
  for (const { key, value } of tags ?? []) {
    database.run(
      'INSERT INTO input_tags (input_uuid, name, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
      input_uuid,
      key,
      value,
    );
  }
}

function datasetId(
  database: Database,
  experiment_id: number,
  { name, digest }: { name: string; digest: string },
): string | undefined {
  return database.row<{ dataset_uuid: string }>(
    'SELECT dataset_uuid FROM datasets WHERE experiment_id = ? AND name = ? AND digest = ?',
    experiment_id,
    name,
    digest,
  )?.dataset_uuid;
}

interface Link {
  readonly from: readonly [type: string, id: string];
  readonly to: readonly [type: string, id: string];
  readonly step?: number | bigint;
}

/** Writes a row of `inputs`; its id, or undefined where the link was there. */
function link({ database, newId }: Context, { from, to, step = 0 }: Link): string | undefined {
  const input_uuid = newId();
  const added = database.run(
    `INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id, step)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    input_uuid,
    ...from,
    ...to,
    step,
  );
  return added === 1 ? input_uuid : undefined;
}

const LogOutputs = z.object({
  run_id: RequiredText,
  models: z.array(z.object({ model_id: RequiredText, step: Int64.nullish() })),
});

/** @throws Fault 400 where the run has that output already. */
function logOutputs(context: Context, { run_id, models }: z.infer<typeof LogOutputs>) {
  activeRun(context.database, run_id);
  for (const { model_id, step } of models) {
    const added = link(context, {
      from: ['RUN_OUTPUT', run_id],
      to: ['MODEL_OUTPUT', model_id],
      step: step ?? 0,
    });
    if (added === undefined) throw invalid(`The run ${run_id} has the output ${model_id} already.`);
  }
  return undefined;
}

export const runLinkRoutes: readonly Route[] = [
  writes('POST', 'runs/log-inputs', LogInputs, logInputs),
  writes('POST', 'runs/outputs', LogOutputs, logOutputs),
];

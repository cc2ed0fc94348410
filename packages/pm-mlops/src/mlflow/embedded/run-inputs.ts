import type { Database } from './database.ts';
import { listed, shown } from './json.ts';

interface DatasetRow {
  readonly run_uuid: string;
  readonly input_uuid: string;
  readonly name: string;
  readonly digest: string;
  readonly source_type: string;
  readonly source: string;
  readonly schema: string | null;
  readonly profile: string | null;
}

interface TagRow {
  readonly input_uuid: string;
  readonly key: string;
  readonly value: string;
}

const datasetsSql = `SELECT inputs.destination_id AS run_uuid, input_uuid, name, digest, dataset_source_type AS source_type,
    dataset_source AS source, dataset_schema AS schema, dataset_profile AS profile
  FROM inputs JOIN datasets ON datasets.dataset_uuid = inputs.source_id
  WHERE destination_type = 'RUN' AND destination_id IN (SELECT value FROM json_each(?)) AND source_type = 'DATASET'
  ORDER BY inputs.rowid`;
const tagsSql = `SELECT input_tags.input_uuid, input_tags.name AS key, input_tags.value
  FROM inputs JOIN input_tags ON input_tags.input_uuid = inputs.input_uuid
  WHERE destination_type = 'RUN' AND destination_id IN (SELECT value FROM json_each(?)) AND source_type = 'DATASET'
  ORDER BY input_tags.rowid`;
const modelsSql = `SELECT source_id AS run_uuid, destination_id AS model_id, step FROM inputs
  WHERE source_type = ? AND destination_type = ? AND source_id IN (SELECT value FROM json_each(?)) ORDER BY rowid`;

interface ModelRow {
  readonly run_uuid: string;
  readonly model_id: string;
  readonly step: number | bigint;
}

/** What runs read, as MLflow's JSON, by run id. `ids` is a JSON list of run ids. */
export function inputsByRun(database: Database, ids: string): (run_id: string) => object {
  const tags = Map.groupBy(database.rows<TagRow>(tagsSql, ids), ({ input_uuid }) => input_uuid);
  const datasets = Map.groupBy(database.rows<DatasetRow>(datasetsSql, ids), ({ run_uuid }) => run_uuid);
  const models = Map.groupBy(
    database.rows<ModelRow>(modelsSql, 'RUN_INPUT', 'MODEL_INPUT', ids),
    ({ run_uuid }) => run_uuid,
  );
  return (run_id) => ({
    dataset_inputs: listed(
      datasets.get(run_id)?.map(({ input_uuid, name, digest, source_type, source, schema, profile }) => ({
        tags: listed(tags.get(input_uuid)?.map(({ key, value }) => ({ key, value }))),
        dataset: { name, digest, source_type, source, schema: shown(schema), profile: shown(profile) },
      })),
    ),
    model_inputs: listed(models.get(run_id)?.map(({ model_id }) => ({ model_id }))),
  });
}

/** What runs made, as MLflow's JSON, by run id. */
export function outputsByRun(database: Database, ids: string): (run_id: string) => object {
  const models = Map.groupBy(
    database.rows<ModelRow>(modelsSql, 'RUN_OUTPUT', 'MODEL_OUTPUT', ids),
    ({ run_uuid }) => run_uuid,
  );
  return (run_id) => ({
    model_outputs: listed(models.get(run_id)?.map(({ model_id, step }) => ({ model_id, step }))),
  });
}

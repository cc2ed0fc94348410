import type { Database } from './database.ts';
import { notFound } from './fault.ts';
import { listed, shown } from './json.ts';

export interface LoggedModelRow {
  readonly model_id: string;
  readonly experiment_id: number;
  readonly name: string;
  readonly artifact_location: string;
  readonly creation_timestamp_ms: number;
  readonly last_updated_timestamp_ms: number;
  readonly status: number;
  readonly model_type: string | null;
  readonly source_run_id: string | null;
  readonly status_message: string | null;
}

export const loggedModelColumns =
  'model_id, experiment_id, name, artifact_location, creation_timestamp_ms, last_updated_timestamp_ms, status, model_type, source_run_id, status_message';

/** MLflow's statuses; a row holds the place in this list. */
export const loggedModelStatuses = [
  'LOGGED_MODEL_STATUS_UNSPECIFIED',
  'LOGGED_MODEL_PENDING',
  'LOGGED_MODEL_READY',
  'LOGGED_MODEL_UPLOAD_FAILED',
] as const;

/** A logged model that is not deleted. */
export function findLoggedModel(database: Database, model_id: string): LoggedModelRow | undefined {
  return database.row<LoggedModelRow>(
    `SELECT ${loggedModelColumns} FROM logged_models WHERE model_id = ? AND lifecycle_stage <> 'deleted'`,
    model_id,
  );
}

/** A logged model, deleted or not. @throws Fault 404 */
export function anyLoggedModel(database: Database, model_id: string): LoggedModelRow {
  const row = database.row<LoggedModelRow>(
    `SELECT ${loggedModelColumns} FROM logged_models WHERE model_id = ?`,
    model_id,
  );
  if (row === undefined) throw notFound(`Logged model with ID '${model_id}' not found.`);
  return row;
}

interface MetricRow {
  readonly model_id: string;
  readonly key: string;
  readonly value: number;
  readonly timestamp: number | bigint;
  readonly step: number | bigint;
  readonly dataset_name: string | null;
  readonly dataset_digest: string | null;
  readonly run_id: string;
}

type Pair = { readonly model_id: string; readonly key: string; readonly value: string };

/** Logged models as MLflow's JSON, with tags, params and metrics. */
export function loggedModelsJson(database: Database, rows: readonly LoggedModelRow[]): object[] {
  const ids = JSON.stringify(rows.map(({ model_id }) => model_id));
  const read = <Row extends { readonly model_id: string }>(table: string, columns: string) =>
    Map.groupBy(
      database.rows<Row>(
        `SELECT model_id, ${columns} FROM ${table} WHERE model_id IN (SELECT value FROM json_each(?)) ORDER BY rowid`,
        ids,
      ),
      ({ model_id }) => model_id,
    );
  const tags = read<Pair>('logged_model_tags', 'tag_key AS key, tag_value AS value');
  const params = read<Pair>('logged_model_params', 'param_key AS key, param_value AS value');
  const metrics = read<MetricRow>(
    'logged_model_metrics',
    'metric_name AS key, metric_value AS value, metric_timestamp_ms AS timestamp, metric_step AS step, dataset_name, dataset_digest, run_id',
  );
  return rows.map((row) => ({
    info: { ...infoJson(row), tags: listed(tags.get(row.model_id)?.map(pairJson)) },
    data: {
      params: listed(params.get(row.model_id)?.map(pairJson)),
      metrics: listed(metrics.get(row.model_id)?.map(metricJson)),
    },
  }));
}

const infoJson = (row: LoggedModelRow) => ({
  model_id: row.model_id,
  experiment_id: `${row.experiment_id}`,
  name: row.name,
  creation_timestamp_ms: row.creation_timestamp_ms,
  last_updated_timestamp_ms: row.last_updated_timestamp_ms,
  artifact_uri: row.artifact_location,
  status: loggedModelStatuses[row.status],
  model_type: shown(row.model_type),
  source_run_id: shown(row.source_run_id),
  status_message: shown(row.status_message),
});

const pairJson = ({ key, value }: Pair) => ({ key, value });

const metricJson = ({ dataset_name, dataset_digest, ...row }: MetricRow) => ({
  ...row,
  dataset_name: shown(dataset_name),
  dataset_digest: shown(dataset_digest),
});

/** Writes a tag over. */
export function storeLoggedModelTag(
  database: Database,
  model: Pick<LoggedModelRow, 'model_id' | 'experiment_id'>,
  key: string,
  value: string,
): void {
  database.run(
    `INSERT INTO logged_model_tags (model_id, experiment_id, tag_key, tag_value) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET tag_value = excluded.tag_value`,
    model.model_id,
    model.experiment_id,
    key,
    value,
  );
}

const VERSIONS_TAG = 'mlflow.modelVersions';

/** Notes on a logged model which registered version was made of it; MLflow's UI links them by this tag. */
export function noteVersion(database: Database, model_id: string, name: string, version: number): void {
  const model = anyLoggedModel(database, model_id);
  const old = database.row<{ value: string }>(
    'SELECT tag_value AS value FROM logged_model_tags WHERE model_id = ? AND tag_key = ?',
    model_id,
    VERSIONS_TAG,
  );
  const versions = [...((old ? JSON.parse(old.value) : []) as unknown[]), { name, version }];
  storeLoggedModelTag(database, model, VERSIONS_TAG, JSON.stringify(versions));
}

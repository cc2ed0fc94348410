import type { Database } from './database.ts';
import { invalid, notFound } from './fault.ts';
import { listed, shown } from './json.ts';
import { inputsByRun, outputsByRun } from './run-inputs.ts';

export interface RunRow {
  readonly run_uuid: string;
  readonly name: string | null;
  readonly user_id: string | null;
  readonly status: string;
  readonly start_time: number | bigint | null;
  readonly end_time: number | bigint | null;
  readonly artifact_uri: string;
  readonly lifecycle_stage: 'active' | 'deleted';
  readonly experiment_id: number;
}

export const runColumns =
  'runs.run_uuid, name, user_id, status, start_time, end_time, artifact_uri, lifecycle_stage, experiment_id';

/** A run in any lifecycle stage. @throws Fault 404 */
export function runById(database: Database, run_id: string): RunRow {
  const row = database.row<RunRow>(`SELECT ${runColumns} FROM runs WHERE run_uuid = ?`, run_id);
  if (row === undefined) throw notFound(`Run with id=${run_id} not found`);
  return row;
}

/** A run that takes writes. @throws Fault 404 or 400. */
export function activeRun(database: Database, run_id: string): RunRow {
  const row = runById(database, run_id);
  if (row.lifecycle_stage === 'active') return row;
  throw invalid(`The run ${run_id} must be in the 'active' state. Current state is ${row.lifecycle_stage}.`);
}

/** `info` of a run in MLflow's JSON. */
export const runInfoJson = (row: RunRow): object => ({
  run_uuid: row.run_uuid,
  experiment_id: `${row.experiment_id}`,
  run_name: shown(row.name),
  user_id: shown(row.user_id),
  status: row.status,
  start_time: shown(row.start_time),
  end_time: shown(row.end_time),
  artifact_uri: row.artifact_uri,
  lifecycle_stage: row.lifecycle_stage,
  run_id: row.run_uuid,
});

/** A metric's row in MLflow's JSON: NaN is stored as 0 with a mark. */
export const metricJson = (row: MetricRow): object => ({
  key: row.key,
  value: row.is_nan === 0 ? row.value : 'NaN',
  timestamp: row.timestamp,
  step: row.step,
});

export interface MetricRow {
  readonly key: string;
  readonly value: number;
  readonly timestamp: number | bigint;
  readonly step: number | bigint;
  readonly is_nan: 0 | 1;
}

type OfRun<Row> = Row & { readonly run_uuid: string };
type Pair = { readonly key: string; readonly value: string | null };

/** Runs as MLflow's JSON, with latest metrics, params, tags, inputs and outputs: a fixed number of queries for any count. */
export function runsJson(database: Database, rows: readonly RunRow[]): object[] {
  const ids = JSON.stringify(rows.map(({ run_uuid }) => run_uuid));
  const read = <Row>(table: string, columns: string) =>
    Map.groupBy(
      database.rows<OfRun<Row>>(
        `SELECT run_uuid, key, ${columns} FROM ${table} WHERE run_uuid IN (SELECT value FROM json_each(?)) ORDER BY rowid`,
        ids,
      ),
      ({ run_uuid }) => run_uuid,
    );
  const metrics = read<MetricRow>('latest_metrics', 'value, timestamp, step, is_nan');
  const params = read<Pair>('params', 'value');
  const tags = read<Pair>('tags', 'value');
  const inputs = inputsByRun(database, ids);
  const outputs = outputsByRun(database, ids);
  return rows.map((row) => ({
    info: runInfoJson(row),
    data: {
      metrics: listed(metrics.get(row.run_uuid)?.map(metricJson)),
      params: listed(params.get(row.run_uuid)?.map(pairJson)),
      tags: listed(tags.get(row.run_uuid)?.map(pairJson)),
    },
    inputs: inputs(row.run_uuid),
    outputs: outputs(row.run_uuid),
  }));
}

const pairJson = ({ key, value }: Pair) => ({ key, value: value ?? '' });

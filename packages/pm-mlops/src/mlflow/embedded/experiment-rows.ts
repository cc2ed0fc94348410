import type { Database } from './database.ts';
import { invalid, notFound } from './fault.ts';
import { listed, shown } from './json.ts';

export interface ExperimentRow {
  readonly experiment_id: number;
  readonly name: string;
  readonly artifact_location: string | null;
  readonly lifecycle_stage: 'active' | 'deleted';
  readonly creation_time: number | null;
  readonly last_update_time: number | null;
}

export const experimentColumns =
  'experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time';

/** An experiment in any lifecycle stage. @throws Fault 404, or 400 for what is no id. */
export function experimentById(database: Database, id: string): ExperimentRow {
  const row = database.row<ExperimentRow>(
    `SELECT ${experimentColumns} FROM experiments WHERE experiment_id = ?`,
    experimentNumber(id),
  );
  if (row === undefined) throw notFound(`No Experiment with id=${id} exists`);
  return row;
}

/** An experiment that takes writes. @throws Fault 404 or 400. */
export function activeExperiment(database: Database, id: string): ExperimentRow {
  const row = experimentById(database, id);
  if (row.lifecycle_stage === 'active') return row;
  throw invalid(
    `The experiment ${id} must be in the 'active' state. Current state is ${row.lifecycle_stage}.`,
  );
}

/** Ids travel as text and are stored as integers. @throws Fault 400 */
export function experimentNumber(id: string): number {
  if (/^\d{1,15}$/.test(id)) return Number(id);
  throw invalid(`Invalid experiment ID '${id}'. Experiment ID must be a valid integer.`);
}

/** Experiments as MLflow's JSON, with their tags. */
export function experimentsJson(database: Database, rows: readonly ExperimentRow[]): object[] {
  const tags = database.rows<{ experiment_id: number; key: string; value: string | null }>(
    `SELECT experiment_id, key, value FROM experiment_tags
     WHERE experiment_id IN (SELECT value FROM json_each(?)) ORDER BY rowid`,
    JSON.stringify(rows.map(({ experiment_id }) => experiment_id)),
  );
  const tagsOf = Map.groupBy(tags, ({ experiment_id }) => experiment_id);
  return rows.map((row) => ({
    experiment_id: `${row.experiment_id}`,
    name: row.name,
    artifact_location: shown(row.artifact_location),
    lifecycle_stage: row.lifecycle_stage,
    last_update_time: shown(row.last_update_time),
    creation_time: shown(row.creation_time),
    tags: listed(tagsOf.get(row.experiment_id)?.map(({ key, value }) => ({ key, value: shown(value) }))),
    workspace: 'default',
  }));
}

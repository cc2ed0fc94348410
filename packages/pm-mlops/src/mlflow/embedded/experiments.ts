import { resolve } from 'node:path';
import { z } from 'zod';
import { type Context, type Route, reads, writes } from './context.ts';
import type { Database } from './database.ts';
import {
  type ExperimentRow,
  experimentById,
  experimentColumns,
  experimentNumber,
  experimentsJson,
} from './experiment-rows.ts';
import { SearchExperiments, searchExperiments } from './experiment-search.ts';
import { ExperimentTag, storeExperimentTag } from './experiment-tags.ts';
import { alreadyExists, Fault, invalid, notFound } from './fault.ts';
import { OptionalText, RequiredText } from './request-fields.ts';

const Name = RequiredText.refine((name) => name.length <= 500, { error: 'at most 500 characters' });
const ById = z.object({ experiment_id: RequiredText });

const Create = z.object({
  name: Name,
  artifact_location: OptionalText,
  tags: z.array(ExperimentTag).nullish(),
});

function create({ database, now }: Context, { name, artifact_location, tags }: z.infer<typeof Create>) {
  refuseTaken(database, name);
  if (artifact_location?.startsWith('runs:')) throw invalid('Artifact location cannot be a runs:/ URI.');
  const time = now();
  const { experiment_id } = database.row<{ experiment_id: number }>(
    `INSERT INTO experiments (name, artifact_location, lifecycle_stage, creation_time, last_update_time)
     VALUES (?, ?, 'active', ?, ?) RETURNING experiment_id`,
    name,
    absoluteLocation(artifact_location),
    time,
    time,
  )!;
  database.run(
    'UPDATE experiments SET artifact_location = ? WHERE experiment_id = ? AND artifact_location IS NULL',
    `mlflow-artifacts:/${experiment_id}`,
    experiment_id,
  );
  for (const tag of tags ?? []) storeExperimentTag(database, experiment_id, tag);
  return { experiment_id: `${experiment_id}` };
}

/** A relative path is meant from where the store was started, as MLflow has it; null where none is given. */
function absoluteLocation(location: string | null | undefined): string | null {
  if (!location) return null;
  return /^[a-z][a-z0-9+.-]*:/i.test(location) ? location : resolve(location);
}

const get = ({ database }: Context, { experiment_id }: z.infer<typeof ById>) => ({
  experiment: experimentsJson(database, [experimentById(database, experiment_id)])[0],
});

const ByName = z.object({ experiment_name: RequiredText });

function getByName({ database }: Context, { experiment_name }: z.infer<typeof ByName>) {
  const row = database.row<ExperimentRow>(
    `SELECT ${experimentColumns} FROM experiments WHERE name = ?`,
    experiment_name,
  );
  if (row === undefined) throw notFound(`Could not find experiment with name '${experiment_name}'`);
  return { experiment: experimentsJson(database, [row])[0] };
}

/** Its runs go the same way. */
function move(
  { database, now }: Context,
  id: string,
  from: ExperimentRow['lifecycle_stage'],
  to: ExperimentRow['lifecycle_stage'],
) {
  const number = experimentNumber(id);
  const time = now();
  const moved = database.run(
    'UPDATE experiments SET lifecycle_stage = ?, last_update_time = ? WHERE experiment_id = ? AND lifecycle_stage = ?',
    to,
    time,
    number,
    from,
  );
  if (moved === 0) throw notFound(`No Experiment with id=${id} exists in the state '${from}'`);
  database.run(
    'UPDATE runs SET lifecycle_stage = ?, deleted_time = ? WHERE experiment_id = ?',
    to,
    to === 'deleted' ? time : null,
    number,
  );
  return undefined;
}

const Update = ById.extend({ new_name: Name });

function update({ database, now }: Context, { experiment_id, new_name }: z.infer<typeof Update>) {
  const row = experimentById(database, experiment_id);
  if (row.lifecycle_stage !== 'active') {
    throw new Fault('INVALID_STATE', 'Cannot rename a non-active experiment.');
  }
  if (row.name !== new_name) refuseTaken(database, new_name);
  database.run(
    'UPDATE experiments SET name = ?, last_update_time = ? WHERE experiment_id = ?',
    new_name,
    now(),
    row.experiment_id,
  );
  return undefined;
}

/** A deleted experiment keeps its name. */
function refuseTaken(database: Database, name: string): void {
  if (database.row('SELECT 1 FROM experiments WHERE name = ?', name) === undefined) return;
  throw alreadyExists(`Experiment(name=${name}) already exists.`);
}

export const experimentRoutes: readonly Route[] = [
  writes('POST', 'experiments/create', Create, create),
  reads('GET', 'experiments/get', ById, get),
  reads('GET', 'experiments/get-by-name', ByName, getByName),
  reads('GET', 'experiments/search', SearchExperiments, searchExperiments),
  reads('POST', 'experiments/search', SearchExperiments, searchExperiments),
  writes('POST', 'experiments/delete', ById, (context, { experiment_id }) =>
    move(context, experiment_id, 'active', 'deleted'),
  ),
  writes('POST', 'experiments/restore', ById, (context, { experiment_id }) =>
    move(context, experiment_id, 'deleted', 'active'),
  ),
  writes('POST', 'experiments/update', Update, update),
];

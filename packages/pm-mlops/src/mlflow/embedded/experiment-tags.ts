import { z } from 'zod';
import { type Context, type Route, writes } from './context.ts';
import type { Database } from './database.ts';
import { activeExperiment } from './experiment-rows.ts';
import { notFound } from './fault.ts';
import { EntityKey, RequiredText, Text } from './request-fields.ts';

/** A tag of an experiment; none is ''. */
export const ExperimentTag = z.object({ key: EntityKey, value: Text.max(20_000).nullish() });

const ById = z.object({ experiment_id: RequiredText });
const SetTag = ById.extend(ExperimentTag.shape);

function setTag({ database }: Context, { experiment_id, key, value }: z.infer<typeof SetTag>) {
  const row = activeExperiment(database, experiment_id);
  storeExperimentTag(database, row.experiment_id, { key, value });
  return undefined;
}

const DeleteTag = ById.extend({ key: RequiredText });

function deleteTag({ database }: Context, { experiment_id, key }: z.infer<typeof DeleteTag>) {
  const row = activeExperiment(database, experiment_id);
  const deleted = database.run(
    'DELETE FROM experiment_tags WHERE experiment_id = ? AND key = ?',
    row.experiment_id,
    key,
  );
  if (deleted === 0) throw notFound(`No tag with name: ${key} in experiment with id ${experiment_id}`);
  return undefined;
}

/** Writes a tag over. */
export function storeExperimentTag(
  database: Database,
  experiment_id: number,
  { key, value }: z.infer<typeof ExperimentTag>,
): void {
  database.run(
    'INSERT INTO experiment_tags (key, value, experiment_id) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    key,
    value ?? '',
    experiment_id,
  );
}

export const experimentTagRoutes: readonly Route[] = [
  writes('POST', 'experiments/set-experiment-tag', SetTag, setTag),
  writes('POST', 'experiments/delete-experiment-tag', DeleteTag, deleteTag),
];

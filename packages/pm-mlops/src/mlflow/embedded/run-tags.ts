import { z } from 'zod';
import { type Context, type Route, writes } from './context.ts';
import type { Database } from './database.ts';
import { notFound } from './fault.ts';
import { CutText, EntityKey, RequiredText } from './request-fields.ts';
import { activeRun } from './run-rows.ts';

/** Holds the run's name too; MLflow's UI reads it there. */
export const RUN_NAME_TAG = 'mlflow.runName';

/** A tag of a run; a value over 8000 characters is cut. */
export const RunTag = z.object({ key: EntityKey, value: CutText(8000).nullish() });

/** Writes a tag over; the tag mlflow.runName renames the run. The run must exist. */
export function storeTag(database: Database, run_id: string, key: string, value: string): void {
  database.run(
    'INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    key,
    value,
    run_id,
  );
  if (key !== RUN_NAME_TAG || value === '') return;
  database.run('UPDATE runs SET name = ? WHERE run_uuid = ?', value, run_id);
}

const SetTag = RunTag.extend({ run_id: RequiredText });

function setTag({ database }: Context, { run_id, key, value }: z.infer<typeof SetTag>) {
  activeRun(database, run_id);
  storeTag(database, run_id, key, value ?? '');
  return undefined;
}

const DeleteTag = z.object({ run_id: RequiredText, key: RequiredText });

function deleteTag({ database }: Context, { run_id, key }: z.infer<typeof DeleteTag>) {
  activeRun(database, run_id);
  const deleted = database.run('DELETE FROM tags WHERE run_uuid = ? AND key = ?', run_id, key);
  if (deleted === 0) throw notFound(`No tag with name: ${key} in run with id ${run_id}`);
  return undefined;
}

export const runTagRoutes: readonly Route[] = [
  writes('POST', 'runs/set-tag', SetTag, setTag),
  writes('POST', 'runs/delete-tag', DeleteTag, deleteTag),
];

import { z } from 'zod';
import { type Context, type Route, reads, writes } from './context.ts';
import type { Database } from './database.ts';
import { alreadyExists } from './fault.ts';
import { isModelName } from './names.ts';
import { modelByName, modelsJson } from './registry-rows.ts';
import { SearchModels, searchModels } from './registry-search.ts';
import { EntityKey, OptionalText, RequiredText, Text } from './request-fields.ts';

const ModelName = RequiredText.refine(isModelName, { error: "Names cannot be blank or contain '/' or ':'." });
/** Tag of a model or a version. */
export const RegistryTag = z.object({ key: EntityKey, value: Text.max(100_000).nullish() });

const Create = z.object({ name: ModelName, description: OptionalText, tags: z.array(RegistryTag).nullish() });

function create({ database, now }: Context, { name, description, tags }: z.infer<typeof Create>) {
  refuseTaken(database, name);
  const time = now();
  database.run(
    'INSERT INTO registered_models (name, creation_time, last_updated_time, description) VALUES (?, ?, ?, ?)',
    name,
    time,
    time,
    description ?? '',
  );
  for (const tag of tags ?? []) storeTag(database, name, tag);
  return answer(database, name);
}

const ByName = z.object({ name: RequiredText });

const get = ({ database }: Context, { name }: z.infer<typeof ByName>) => answer(database, name);

const Update = ByName.extend({ description: OptionalText });

function update({ database, now }: Context, { name, description }: z.infer<typeof Update>) {
  modelByName(database, name);
  database.run(
    'UPDATE registered_models SET description = ?, last_updated_time = ? WHERE name = ?',
    description ?? '',
    now(),
    name,
  );
  return answer(database, name);
}

const Rename = ByName.extend({ new_name: ModelName });

/** Versions, tags and aliases follow by the database's own cascades. */
function rename({ database, now }: Context, { name, new_name }: z.infer<typeof Rename>) {
  modelByName(database, name);
  if (name !== new_name) refuseTaken(database, new_name);
  const time = now();
  database.run(
    'UPDATE registered_models SET name = ?, last_updated_time = ? WHERE name = ?',
    new_name,
    time,
    name,
  );
  database.run('UPDATE model_versions SET last_updated_time = ? WHERE name = ?', time, new_name);
  return answer(database, new_name);
}

function remove({ database }: Context, { name }: z.infer<typeof ByName>) {
  modelByName(database, name);
  for (const table of [
    'model_version_tags',
    'model_versions',
    'registered_model_tags',
    'registered_model_aliases',
    'registered_models',
  ]) {
    database.run(`DELETE FROM ${table} WHERE name = ?`, name);
  }
  return undefined;
}

const SetTag = RegistryTag.extend({ name: RequiredText });

function setTag({ database }: Context, { name, ...tag }: z.infer<typeof SetTag>) {
  modelByName(database, name);
  storeTag(database, name, tag);
  return undefined;
}

const DeleteTag = z.object({ name: RequiredText, key: EntityKey });

function deleteTag({ database }: Context, { name, key }: z.infer<typeof DeleteTag>) {
  modelByName(database, name);
  database.run('DELETE FROM registered_model_tags WHERE name = ? AND key = ?', name, key);
  return undefined;
}

function storeTag(database: Database, name: string, { key, value }: z.infer<typeof RegistryTag>): void {
  database.run(
    'INSERT INTO registered_model_tags (key, value, name) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    key,
    value ?? '',
    name,
  );
}

function refuseTaken(database: Database, name: string): void {
  if (database.row('SELECT 1 FROM registered_models WHERE name = ?', name) === undefined) return;
  throw alreadyExists(`Registered Model (name=${name}) already exists.`);
}

const answer = (database: Database, name: string) => ({
  registered_model: modelsJson(database, [modelByName(database, name)])[0],
});

export const registeredModelRoutes: readonly Route[] = [
  writes('POST', 'registered-models/create', Create, create),
  reads('GET', 'registered-models/get', ByName, get),
  reads('GET', 'registered-models/search', SearchModels, searchModels),
  writes('PATCH', 'registered-models/update', Update, update),
  writes('POST', 'registered-models/rename', Rename, rename),
  writes('DELETE', 'registered-models/delete', ByName, remove),
  writes('POST', 'registered-models/set-tag', SetTag, setTag),
  writes('DELETE', 'registered-models/delete-tag', DeleteTag, deleteTag),
];

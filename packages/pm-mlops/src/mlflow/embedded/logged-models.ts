import { z } from 'zod';
import { type Context, type Route, reads, writes } from './context.ts';
import type { Database } from './database.ts';
import { activeExperiment } from './experiment-rows.ts';
import { alreadyExists, invalid, notFound } from './fault.ts';
import {
  anyLoggedModel,
  findLoggedModel,
  loggedModelStatuses,
  loggedModelsJson,
  storeLoggedModelTag,
} from './logged-model-rows.ts';
import { SearchLoggedModels, searchLoggedModels } from './logged-model-search.ts';
import { isLoggedModelName } from './names.ts';
import { OptionalText, RequiredText, Text } from './request-fields.ts';
import { randomRunName } from './run-name.ts';

const Pairs = z.array(z.object({ key: RequiredText, value: Text.nullish() })).nullish();
type Pairs = z.infer<typeof Pairs>;

const Create = z.object({
  experiment_id: RequiredText,
  name: OptionalText,
  model_type: OptionalText,
  source_run_id: OptionalText,
  params: Pairs,
  tags: Pairs,
  /** An extension: a model that was born elsewhere keeps its id. MLflow's own servers pass over it. */
  pm_model_id: z
    .string()
    .regex(/^m-[0-9a-f]{32}$/)
    .nullish(),
});

/** A logged model is PENDING until it is finalized. */
function create({ database, now, newId, random }: Context, request: z.infer<typeof Create>) {
  const name = request.name || randomRunName(random);
  if (!isLoggedModelName(name)) {
    throw invalid(`Invalid model name ('${name}') provided. It cannot contain any of / : . % " '`);
  }
  const { experiment_id, artifact_location } = activeExperiment(database, request.experiment_id);
  const model_id = request.pm_model_id ?? `m-${newId()}`;
  if (database.row('SELECT 1 FROM logged_models WHERE model_id = ?', model_id) !== undefined) {
    throw alreadyExists(`Logged model with ID '${model_id}' already exists.`);
  }
  const time = now();
  database.run(
    `INSERT INTO logged_models (model_id, experiment_id, name, artifact_location, creation_timestamp_ms,
       last_updated_timestamp_ms, status, lifecycle_stage, model_type, source_run_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, 'active', ?, ?)`,
    model_id,
    experiment_id,
    name,
    `${artifact_location?.replace(/\/$/, '')}/models/${model_id}/artifacts`,
    time,
    time,
    loggedModelStatuses.indexOf('LOGGED_MODEL_PENDING'),
    request.model_type ?? '',
    request.source_run_id ?? '',
  );
  const model = { model_id, experiment_id };
  storeParams(database, model, request.params);
  for (const { key, value } of request.tags ?? []) storeLoggedModelTag(database, model, key, value ?? '');
  return answer(database, model_id);
}

const ById = z.object({ model_id: RequiredText });
type ById = z.infer<typeof ById>;
const Get = ById.extend({ allow_deleted: z.enum(['true', 'false']).nullish() });

function get({ database }: Context, { model_id, allow_deleted }: z.infer<typeof Get>) {
  if (allow_deleted !== 'true' && findLoggedModel(database, model_id) === undefined) {
    throw notFound(`Logged model with ID '${model_id}' not found.`);
  }
  return answer(database, model_id);
}

const Finalize = ById.extend({ status: z.union([z.enum(loggedModelStatuses), z.int().min(0).max(3)]) });

function finalize({ database, now }: Context, { model_id, status }: z.infer<typeof Finalize>) {
  anyLoggedModel(database, model_id);
  database.run(
    'UPDATE logged_models SET status = ?, last_updated_timestamp_ms = ? WHERE model_id = ?',
    typeof status === 'number' ? status : loggedModelStatuses.indexOf(status),
    now(),
    model_id,
  );
  return answer(database, model_id);
}

function remove({ database, now }: Context, { model_id }: ById) {
  anyLoggedModel(database, model_id);
  database.run(
    "UPDATE logged_models SET lifecycle_stage = 'deleted', last_updated_timestamp_ms = ? WHERE model_id = ?",
    now(),
    model_id,
  );
  return undefined;
}

const SetTags = ById.extend({ tags: Pairs });

function setTags({ database }: Context, { model_id, tags }: z.infer<typeof SetTags>) {
  const model = anyLoggedModel(database, model_id);
  for (const { key, value } of tags ?? []) storeLoggedModelTag(database, model, key, value ?? '');
  return undefined;
}

const DeleteTag = ById.extend({ tag_key: RequiredText });

function deleteTag({ database }: Context, { model_id, tag_key }: z.infer<typeof DeleteTag>) {
  anyLoggedModel(database, model_id);
  const deleted = database.run(
    'DELETE FROM logged_model_tags WHERE model_id = ? AND tag_key = ?',
    model_id,
    tag_key,
  );
  if (deleted === 0) throw notFound(`No tag with key '${tag_key}' found for model with ID '${model_id}'.`);
  return undefined;
}

const LogParams = ById.extend({ params: Pairs });

function logParams({ database }: Context, { model_id, params }: z.infer<typeof LogParams>) {
  storeParams(database, anyLoggedModel(database, model_id), params);
  return undefined;
}

function storeParams(
  database: Database,
  { model_id, experiment_id }: { model_id: string; experiment_id: number },
  params: Pairs,
): void {
  for (const { key, value } of params ?? []) {
    database.run(
      'INSERT INTO logged_model_params (model_id, experiment_id, param_key, param_value) VALUES (?, ?, ?, ?)',
      model_id,
      experiment_id,
      key,
      value ?? '',
    );
  }
}

const answer = (database: Database, model_id: string) => ({
  model: loggedModelsJson(database, [anyLoggedModel(database, model_id)])[0],
});

export const loggedModelRoutes: readonly Route[] = [
  writes('POST', 'logged-models', Create, create),
  reads('POST', 'logged-models/search', SearchLoggedModels, searchLoggedModels),
  reads('GET', 'logged-models/{model_id}', Get, get),
  writes('PATCH', 'logged-models/{model_id}', Finalize, finalize),
  writes('DELETE', 'logged-models/{model_id}', ById, remove),
  writes('PATCH', 'logged-models/{model_id}/tags', SetTags, setTags),
  writes('DELETE', 'logged-models/{model_id}/tags/{tag_key}', DeleteTag, deleteTag),
  writes('POST', 'logged-models/{model_id}/params', LogParams, logParams),
];

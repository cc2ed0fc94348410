import { z } from 'zod';
import type { Context } from './context.ts';
import { invalid } from './fault.ts';
import { listed } from './json.ts';
import {
  DELETED_STAGE,
  type ModelRow,
  modelColumns,
  modelsJson,
  type VersionRow,
  versionColumns,
  versionsJson,
} from './registry-rows.ts';
import { OptionalText, Paged } from './request-fields.ts';
import { conditionsOf, type Field, type FieldOf } from './search/conditions.ts';
import { orderTerms, parseOrder } from './search/order.ts';
import { cutPage, pageOf } from './search/page.ts';

const search = { filter: OptionalText, order_by: z.array(z.string()).nullish() };
export const SearchModels = z.object({ ...Paged(1000, 100), ...search });
export const SearchVersions = z.object({ ...Paged(200_000, 200_000), ...search });

/**
 * MLflow keeps prompts in the registry's tables, marked by this tag; they are no models. Its client asks for models by
 * `tags.mlflow.prompt.is_prompt != 'true'`, which those without the tag must meet.
 */
const PROMPT_TAG = 'mlflow.prompt.is_prompt';
const isPrompt = (table: string) =>
  `coalesce((SELECT value FROM registered_model_tags AS prompt
     WHERE prompt.name = ${table}.name AND prompt.key = '${PROMPT_TAG}'), 'false')`;

const modelField = fieldsOf(
  'registered_models',
  { name: { kind: 'text', value: 'name', lists: true } },
  `SELECT 1 FROM registered_model_tags AS tag WHERE tag.name = registered_models.name AND tag.key = ?`,
);
const modelOrder = {
  name: 'name',
  timestamp: 'last_updated_time',
  last_updated_timestamp: 'last_updated_time',
};

/** Registered models by filter, in the order of their names unless ordered otherwise. */
export function searchModels({ database }: Context, request: z.infer<typeof SearchModels>): object {
  const page = pageOf(request);
  const where = conditionsOf(request.filter, modelField);
  const order = orderTerms(parseOrder(request.order_by), modelOrder, { name: 'ASC' });
  const rows = database.search<ModelRow>(
    `SELECT ${modelColumns} FROM registered_models WHERE ${isPrompt('registered_models')} <> 'true' AND ${where.sql}
     ORDER BY ${order} LIMIT ? OFFSET ?`,
    [...where.values, page.size + 1, page.offset],
  );
  const { rows: found, ...next } = cutPage(rows, page);
  return { registered_models: listed(modelsJson(database, found)), ...next };
}

const versionField = fieldsOf(
  'model_versions',
  {
    name: { kind: 'text', value: 'name', lists: true },
    run_id: { kind: 'text', value: 'run_id', lists: true },
    source_path: { kind: 'text', value: 'source' },
    version_number: { kind: 'number', value: 'version' },
  },
  `SELECT 1 FROM model_version_tags AS tag
   WHERE tag.name = model_versions.name AND tag.version = model_versions.version AND tag.key = ?`,
);
const versionOrder = {
  name: 'name',
  version_number: 'version',
  creation_timestamp: 'creation_time',
  last_updated_timestamp: 'last_updated_time',
};

/** Model versions by filter, the latest change first unless ordered otherwise. */
export function searchVersions({ database }: Context, request: z.infer<typeof SearchVersions>): object {
  const page = pageOf(request);
  const where = conditionsOf(request.filter, versionField);
  const order = orderTerms(
    parseOrder(request.order_by?.length ? request.order_by : ['last_updated_timestamp DESC']),
    versionOrder,
    { name: 'ASC', version: 'DESC' },
  );
  const rows = database.search<VersionRow>(
    `SELECT ${versionColumns} FROM model_versions
     WHERE current_stage <> '${DELETED_STAGE}' AND ${isPrompt('model_versions')} <> 'true' AND ${where.sql}
     ORDER BY ${order} LIMIT ? OFFSET ?`,
    [...where.values, page.size + 1, page.offset],
  );
  const { rows: found, ...next } = cutPage(rows, page);
  return { model_versions: listed(versionsJson(database, found)), ...next };
}

function fieldsOf(table: string, attributes: Readonly<Record<string, Field>>, tags: string): FieldOf {
  return ({ entity = 'attribute', key }) => {
    if (entity === 'tag' || entity === 'tags') {
      if (key === PROMPT_TAG) return { kind: 'text', value: isPrompt(table) };
      return { kind: 'text', value: 'tag.value', within: { sql: tags, values: [key] } };
    }
    if (entity !== 'attribute')
      throw invalid(`Invalid entity type '${entity}'. Valid are attribute and tag.`);
    if (Object.hasOwn(attributes, key)) return attributes[key]!;
    throw invalid(
      `Invalid attribute key '${key}' specified. Valid keys are ${Object.keys(attributes).join(', ')}.`,
    );
  };
}

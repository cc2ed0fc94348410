import type { SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import type { Context } from './context.ts';
import { experimentNumber } from './experiment-rows.ts';
import { invalid } from './fault.ts';
import { listed } from './json.ts';
import { type LoggedModelRow, loggedModelColumns, loggedModelsJson } from './logged-model-rows.ts';
import { OptionalText, Paged, RequiredText } from './request-fields.ts';
import { conditionsOf, type FieldOf, type Sql } from './search/conditions.ts';
import { cutPage, pageOf } from './search/page.ts';

const Dataset = z.object({ dataset_name: RequiredText, dataset_digest: OptionalText });
const Ordering = z.object({
  field_name: RequiredText,
  ascending: z.boolean().nullish(),
  dataset_name: OptionalText,
  dataset_digest: OptionalText,
});

export const SearchLoggedModels = z.object({
  ...Paged(50_000, 50),
  experiment_ids: z.array(z.string()),
  filter: OptionalText,
  datasets: z.array(Dataset).nullish(),
  order_by: z.array(Ordering).nullish(),
});
type Dataset = z.infer<typeof Dataset>;
type OnDataset = Pick<z.infer<typeof Ordering>, 'dataset_name' | 'dataset_digest'>;

const texts: readonly string[] = ['name', 'model_id', 'model_type', 'source_run_id'];
const numbers: Readonly<Record<string, string>> = {
  creation_time: 'creation_timestamp_ms',
  creation_timestamp: 'creation_timestamp_ms',
  creation_timestamp_ms: 'creation_timestamp_ms',
  last_updated_timestamp: 'last_updated_timestamp_ms',
  last_updated_timestamp_ms: 'last_updated_timestamp_ms',
};

/** Logged models by filter, the newest first unless ordered otherwise; those without the value come last. */
export function searchLoggedModels(
  { database }: Context,
  request: z.infer<typeof SearchLoggedModels>,
): object {
  const page = pageOf(request);
  const datasets = onDatasets(request.datasets ?? []);
  const where = conditionsOf(request.filter, fieldsOn(datasets));
  const hasMetrics = /\bmetrics\./.test(request.filter ?? '') || datasets.sql === 'TRUE';
  const measured: Sql = hasMetrics
    ? { sql: 'TRUE', values: [] }
    : {
        sql: `EXISTS (SELECT 1 FROM logged_model_metrics AS metric WHERE ${ofModel} AND ${datasets.sql})`,
        values: datasets.values,
      };
  const order = orderOf(request.order_by ?? []);
  const rows = database.search<LoggedModelRow>(
    `SELECT ${loggedModelColumns} FROM logged_models
     WHERE lifecycle_stage <> 'deleted' AND experiment_id IN (SELECT value FROM json_each(?))
       AND ${measured.sql} AND ${where.sql}
     ORDER BY ${order.sql} LIMIT ? OFFSET ?`,
    [
      JSON.stringify(request.experiment_ids.map(experimentNumber)),
      ...measured.values,
      ...where.values,
      ...order.values,
      page.size + 1,
      page.offset,
    ],
  );
  const { rows: found, ...next } = cutPage(rows, page);
  return { models: listed(loggedModelsJson(database, found)), ...next };
}

const ofModel = 'metric.model_id = logged_models.model_id';

function onDatasets(datasets: readonly Dataset[]): Sql {
  if (datasets.length === 0) return { sql: 'TRUE', values: [] };
  const conditions = datasets.map(onDataset);
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(' OR ')})`,
    values: conditions.flatMap(({ values }) => values),
  };
}

function onDataset({ dataset_name, dataset_digest }: OnDataset): Sql {
  const values: SQLInputValue[] = [];
  const conditions = ['TRUE'];
  if (dataset_name) {
    conditions.push('metric.dataset_name = ?');
    values.push(dataset_name);
  }
  if (dataset_digest) {
    conditions.push('metric.dataset_digest = ?');
    values.push(dataset_digest);
  }
  return { sql: conditions.join(' AND '), values };
}

/** A metric counts by any of its values, on the datasets asked for. */
function fieldsOn(datasets: Sql): FieldOf {
  return ({ entity = 'attributes', key }) => {
    switch (entity) {
      case 'attributes':
        if (texts.includes(key)) return { kind: 'text', value: key, lists: true };
        if (Object.hasOwn(numbers, key)) return { kind: 'number', value: numbers[key]! };
        throw invalid(
          `Invalid attribute '${key}'. Valid are ${[...texts, ...Object.keys(numbers)].join(', ')}.`,
        );
      case 'metrics': {
        const sql = `SELECT 1 FROM logged_model_metrics AS metric WHERE ${ofModel} AND metric.metric_name = ? AND ${datasets.sql}`;
        return {
          kind: 'number',
          value: 'metric.metric_value',
          within: { sql, values: [key, ...datasets.values] },
        };
      }
      case 'params': {
        const sql = `SELECT 1 FROM logged_model_params AS param WHERE param.model_id = logged_models.model_id AND param.param_key = ?`;
        return { kind: 'text', value: 'param.param_value', within: { sql, values: [key] }, lists: true };
      }
      case 'tags': {
        const sql = `SELECT 1 FROM logged_model_tags AS tag WHERE tag.model_id = logged_models.model_id AND tag.tag_key = ?`;
        return { kind: 'text', value: 'tag.tag_value', within: { sql, values: [key] }, lists: true };
      }
      default:
        throw invalid(`Invalid entity type '${entity}'. Expected attributes, metrics, params or tags.`);
    }
  };
}

function orderOf(orderings: readonly z.infer<typeof Ordering>[]): Sql {
  const terms = orderings.map(orderTerm);
  return {
    sql: [...terms.map(({ sql }) => sql), 'creation_timestamp_ms DESC', 'rowid DESC'].join(', '),
    values: terms.flatMap(({ values }) => values),
  };
}

function orderTerm({ field_name, ascending, ...dataset }: z.infer<typeof Ordering>): Sql {
  const direction = `${ascending === false ? 'DESC' : 'ASC'} NULLS LAST`;
  const [, metric] = /^metrics\.(.+)$/s.exec(field_name) ?? [];
  if (metric === undefined) {
    const column = Object.hasOwn(numbers, field_name)
      ? numbers[field_name]
      : texts.find((name) => name === field_name);
    if (column === undefined) throw invalid(`Invalid order by field name: ${field_name}`);
    return { sql: `${column} ${direction}`, values: [] };
  }
  const on = onDataset(dataset);
  return {
    sql: `(SELECT metric.metric_value FROM logged_model_metrics AS metric
       WHERE ${ofModel} AND metric.metric_name = ? AND ${on.sql}
       ORDER BY metric.metric_timestamp_ms DESC, metric.metric_step DESC, metric.run_id LIMIT 1) ${direction}`,
    values: [metric, ...on.values],
  };
}

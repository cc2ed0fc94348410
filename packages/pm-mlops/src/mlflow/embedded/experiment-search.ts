import { z } from 'zod';
import type { Context } from './context.ts';
import { type ExperimentRow, experimentColumns, experimentsJson } from './experiment-rows.ts';
import { invalid } from './fault.ts';
import { listed } from './json.ts';
import { OptionalText, Paged, stagesOf, ViewType } from './request-fields.ts';
import { conditionsOf, type FieldOf } from './search/conditions.ts';
import { orderTerms, parseOrder } from './search/order.ts';
import { cutPage, pageOf } from './search/page.ts';

export const SearchExperiments = z.object({
  // Without a size MLflow refuses; its own client always sends one.
  ...Paged(50_000, 0),
  filter: OptionalText,
  order_by: z.array(z.string()).nullish(),
  view_type: ViewType,
});

const columns = {
  name: 'name',
  experiment_id: 'experiment_id',
  creation_time: 'creation_time',
  last_update_time: 'last_update_time',
};

const fieldOf: FieldOf = ({ entity, key }) => {
  if (entity === 'tag' || entity === 'tags') {
    const sql = `SELECT 1 FROM experiment_tags AS tag WHERE tag.experiment_id = experiments.experiment_id AND tag.key = ?`;
    return { kind: 'text', value: 'tag.value', within: { sql, values: [key] }, mayLack: true };
  }
  if (entity !== undefined && entity !== 'attribute') throw invalid(`Invalid entity type '${entity}'.`);
  if (key === 'name') return { kind: 'text', value: 'name' };
  if (key === 'experiment_id') return { kind: 'text', value: 'CAST(experiment_id AS TEXT)', lists: true };
  if (key === 'creation_time' || key === 'last_update_time') return { kind: 'number', value: key };
  throw invalid(
    `Invalid attribute key '${key}' specified. Valid keys are ${Object.keys(columns).join(', ')}.`,
  );
};

/** Experiments by filter, the newest first unless ordered otherwise. */
export function searchExperiments({ database }: Context, request: z.infer<typeof SearchExperiments>): object {
  const page = pageOf(request);
  if (page.size === 0) throw invalid("Missing value for required parameter 'max_results'.");
  const where = conditionsOf(request.filter, fieldOf);
  const orderings = parseOrder(request.order_by);
  const last =
    orderings.length === 0
      ? ({ creation_time: 'DESC', experiment_id: 'DESC' } as const)
      : ({ experiment_id: 'DESC' } as const);
  const rows = database.search<ExperimentRow>(
    `SELECT ${experimentColumns} FROM experiments
     WHERE lifecycle_stage IN (SELECT value FROM json_each(?)) AND ${where.sql}
     ORDER BY ${orderTerms(orderings, columns, last)} LIMIT ? OFFSET ?`,
    [JSON.stringify(stagesOf(request.view_type)), ...where.values, page.size + 1, page.offset],
  );
  const { rows: shown, ...next } = cutPage(rows, page);
  return { experiments: listed(experimentsJson(database, shown)), ...next };
}

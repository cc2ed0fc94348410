import type { SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import type { Context } from './context.ts';
import { experimentNumber } from './experiment-rows.ts';
import { invalid } from './fault.ts';
import { listed } from './json.ts';
import { OptionalText, Paged, stagesOf, ViewType } from './request-fields.ts';
import { runField } from './run-fields.ts';
import { type RunRow, runColumns, runsJson } from './run-rows.ts';
import { conditionsOf } from './search/conditions.ts';
import { type Ordering, parseOrder } from './search/order.ts';
import { cutPage, pageOf } from './search/page.ts';

export const SearchRuns = z.object({
  ...Paged(50_000, 1000),
  experiment_ids: z.array(z.string()).nullish(),
  filter: OptionalText,
  order_by: z.array(z.string()).nullish(),
  run_view_type: ViewType,
});

/** Runs of the experiments by filter and order; runs without the value come last, ties by latest start, then by id. */
export function searchRuns({ database }: Context, request: z.infer<typeof SearchRuns>): object {
  const page = pageOf(request);
  const where = conditionsOf(request.filter, runField);
  const order = orderOf(parseOrder(request.order_by));
  const experiments = (request.experiment_ids ?? []).map(experimentNumber);
  const rows = database.search<RunRow>(
    `SELECT ${runColumns} FROM runs
     WHERE experiment_id IN (SELECT value FROM json_each(?)) AND lifecycle_stage IN (SELECT value FROM json_each(?))
       AND ${where.sql}
     ORDER BY ${order.sql} LIMIT ? OFFSET ?`,
    [
      JSON.stringify(experiments),
      JSON.stringify(stagesOf(request.run_view_type)),
      ...where.values,
      ...order.values,
      page.size + 1,
      page.offset,
    ],
  );
  const { rows: found, ...next } = cutPage(rows, page);
  return { runs: listed(runsJson(database, found)), ...next };
}

function orderOf(orderings: readonly Ordering[]): { sql: string; values: SQLInputValue[] } {
  const terms = orderings.map(orderTerm);
  return {
    sql: [...terms.map(({ sql }) => sql), 'start_time DESC', 'runs.run_uuid'].join(', '),
    values: terms.flatMap(({ values }) => values),
  };
}

/** A run without the value comes last, one whose value is NaN before it, in both directions. */
function orderTerm(ordering: Ordering): { sql: string; values: readonly SQLInputValue[] } {
  if (/^datasets?$/.test(ordering.entity ?? '')) throw invalid('Runs cannot be ordered by a dataset.');
  const { value, within, isLast } = runField(ordering);
  const term = `${ordering.direction} NULLS LAST`;
  if (within === undefined) return { sql: `${value} ${term}`, values: [] };
  const select = (expression: string) => `(${within.sql.replace('SELECT 1', `SELECT ${expression}`)})`;
  if (isLast === undefined) return { sql: `${select(value)} ${term}`, values: within.values };
  const sql = `${select(isLast)} ASC NULLS LAST, ${select(value)} ${term}`;
  return { sql, values: [...within.values, ...within.values] };
}

import { z } from 'zod';
import { type Context, type Route, reads, writes } from './context.ts';
import type { Database } from './database.ts';
import { invalid } from './fault.ts';
import { listed } from './json.ts';
import { CutText, EntityKey, PageSize, RequiredText } from './request-fields.ts';
import { activeRun, type MetricRow, metricJson } from './run-rows.ts';
import { RunTag, storeTag } from './run-tags.ts';
import { cutPage, pageOf } from './search/page.ts';
import { MetricPoint, storeMetrics, storeModelMetrics } from './store-metrics.ts';

const OfRun = z.object({ run_id: RequiredText });
/** A value over 6000 characters is cut; none is ''. */
const Param = z.object({ key: EntityKey, value: CutText(6000).nullish() });

const LogMetric = OfRun.extend(MetricPoint.shape);

function logMetric({ database }: Context, { run_id, ...point }: z.infer<typeof LogMetric>) {
  const run = activeRun(database, run_id);
  storeMetrics(database, run_id, [point]);
  storeModelMetrics(database, run, [point]);
  return undefined;
}

const LogParam = OfRun.extend(Param.shape);

function logParam({ database }: Context, { run_id, ...param }: z.infer<typeof LogParam>) {
  activeRun(database, run_id);
  storeParam(database, run_id, param);
  return undefined;
}

const upTo = <Item extends z.ZodType>(item: Item, count: number) =>
  z
    .array(item)
    .nullish()
    .refine((list) => (list?.length ?? 0) <= count, { error: `at most ${count} in one request` });
const maxEntities = 1000;

const LogBatch = OfRun.extend({
  metrics: upTo(MetricPoint, 1000),
  params: upTo(Param, 100),
  tags: upTo(RunTag, 100),
});

/** All or nothing, unlike MLflow's server, which keeps what it wrote before a refusal. */
function logBatch({ database }: Context, { run_id, ...batch }: z.infer<typeof LogBatch>) {
  const { metrics, params, tags } = {
    metrics: batch.metrics ?? [],
    params: batch.params ?? [],
    tags: batch.tags ?? [],
  };
  const entities = metrics.length + params.length + tags.length;
  if (entities > maxEntities) {
    throw invalid(
      `A batch can hold at most ${maxEntities} metrics, params and tags together. Got ${entities}.`,
    );
  }
  if (new Set(params.map(({ key }) => key)).size < params.length) {
    throw invalid('Duplicate parameter keys have been submitted.');
  }
  const run = activeRun(database, run_id);
  for (const param of params) storeParam(database, run_id, param);
  storeMetrics(database, run_id, metrics);
  storeModelMetrics(database, run, metrics);
  for (const { key, value } of tags) storeTag(database, run_id, key, value ?? '');
  return undefined;
}

/** A param is written once. @throws Fault 400 for another value. */
function storeParam(database: Database, run_id: string, { key, value }: z.infer<typeof Param>): void {
  const text = value ?? '';
  const added = database.run(
    'INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    key,
    text,
    run_id,
  );
  if (added === 1) return;
  const { value: old } = database.row<{ value: string }>(
    'SELECT value FROM params WHERE key = ? AND run_uuid = ?',
    key,
    run_id,
  )!;
  if (old === text) return;
  throw invalid(
    `Changing param values is not allowed. Param with key='${key}' was already logged with value='${old}' for run ID='${run_id}'. Attempted logging new value '${text}'.`,
  );
}

const History = z.object({
  run_id: RequiredText,
  metric_key: RequiredText,
  page_token: z.string().nullish(),
  max_results: PageSize(Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER - 1),
});

/** All values by time, step and value; an unknown run or key has none. The `+` keeps SQLite to the run's own rows. */
function history({ database }: Context, request: z.infer<typeof History>) {
  const page = pageOf(request);
  const rows = database.rows<MetricRow>(
    `SELECT key, value, timestamp, step, is_nan FROM metrics WHERE run_uuid = ? AND +key = ?
     ORDER BY timestamp, step, value LIMIT ? OFFSET ?`,
    request.run_id,
    request.metric_key,
    page.size + 1,
    page.offset,
  );
  const { rows: found, ...next } = cutPage(rows, page);
  return { metrics: listed(found.map(metricJson)), ...next };
}

export const runDataRoutes: readonly Route[] = [
  writes('POST', 'runs/log-metric', LogMetric, logMetric),
  writes('POST', 'runs/log-parameter', LogParam, logParam),
  writes('POST', 'runs/log-batch', LogBatch, logBatch),
  reads('GET', 'metrics/get-history', History, history),
];

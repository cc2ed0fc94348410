import { z } from 'zod';
import { type Context, type Route, reads } from './context.ts';
import { experimentNumber } from './experiment-rows.ts';
import { invalid } from './fault.ts';
import { listed, shown } from './json.ts';
import { Int64, PageSize, RequiredText } from './request-fields.ts';
import { type MetricRow, metricJson } from './run-rows.ts';

const maxPoints = 2500;

const Interval = z.object({
  run_ids: z.array(z.string()).min(1).max(100),
  metric_key: RequiredText,
  start_step: Int64.nullish(),
  end_step: Int64.nullish(),
  max_results: PageSize(maxPoints, maxPoints),
});

/**
 * At most ?5 points, spread evenly from the first to the last; one point is the last. Point p of 0…last falls into part
 * p·(?5 − 1)/last in whole numbers, and the first point of each part is taken. The `+` keeps SQLite to the run's own rows;
 * node:sqlite binds every number as a double, hence the cast.
 */
const sampleSql = `WITH points AS (
    SELECT key, value, timestamp, step, is_nan, row_number() OVER (ORDER BY step, timestamp, value) - 1 AS place,
      count(*) OVER () - 1 AS last, CAST(?5 AS INTEGER) - 1 AS parts
    FROM metrics WHERE run_uuid = ?1 AND +key = ?2 AND step BETWEEN coalesce(?3, step) AND coalesce(?4, step))
  SELECT key, value, timestamp, step, is_nan FROM points
  WHERE last <= parts OR place = last
    OR (parts > 0 AND (place = 0 OR place * parts / last > (place - 1) * parts / last))
  ORDER BY place`;

/** Points of one metric in several runs, few enough for a chart: at most `max_results` for each run. */
function interval({ database }: Context, request: z.infer<typeof Interval>) {
  const { run_ids, metric_key, start_step = null, end_step = null, max_results } = request;
  if ((start_step === null) !== (end_step === null) || (start_step ?? 0) > (end_step ?? 0)) {
    throw invalid(
      'start_step and end_step must be given together, and end_step must not be the smaller one.',
    );
  }
  const points = run_ids.flatMap((run_id) =>
    database
      .rows<MetricRow>(sampleSql, run_id, metric_key, start_step, end_step, max_results)
      .map((row) => ({ ...metricJson(row), run_id })),
  );
  return { metrics: listed(points) };
}

const SearchDatasets = z.object({ experiment_ids: z.array(z.string()).min(1).max(20) });

interface DatasetSummary {
  readonly experiment_id: number;
  readonly name: string;
  readonly digest: string;
  readonly context: string | null;
}

/** Datasets that runs of the experiments read, each with the contexts it was read in; at most 1000. */
function searchDatasets({ database }: Context, { experiment_ids }: z.infer<typeof SearchDatasets>) {
  const rows = database.rows<DatasetSummary>(
    `SELECT DISTINCT experiment_id, datasets.name, digest, input_tags.value AS context
     FROM datasets JOIN inputs ON inputs.source_id = datasets.dataset_uuid
       LEFT JOIN input_tags ON input_tags.input_uuid = inputs.input_uuid AND input_tags.name = 'mlflow.data.context'
     WHERE experiment_id IN (SELECT value FROM json_each(?)) LIMIT 1000`,
    JSON.stringify(experiment_ids.map(experimentNumber)),
  );
  const summaries = rows.map(({ experiment_id, name, digest, context }) => ({
    experiment_id: `${experiment_id}`,
    name,
    digest,
    context: shown(context),
  }));
  return { dataset_summaries: listed(summaries) };
}

/** Calls that fill the pages of MLflow's UI. */
export const chartRoutes: readonly Route[] = [
  reads('GET', 'metrics/get-history-bulk-interval', Interval, interval),
  reads('POST', 'experiments/search-datasets', SearchDatasets, searchDatasets),
];

import { z } from 'zod';
import { type Context, type Route, reads } from './context.ts';
import { experimentNumber } from './experiment-rows.ts';
import { invalid } from './fault.ts';
import { listed, shown } from './json.ts';
import { Int64, OptionalText, RequiredText } from './request-fields.ts';
import { type MetricRow, metricJson } from './run-rows.ts';

const maxPoints = 2500;

const maxRuns = 100;

const Interval = z.object({
  run_ids: z.array(z.string()).min(1),
  metric_key: RequiredText,
  start_step: Int64.nullish(),
  end_step: Int64.nullish(),
  max_results: Int64.nullish(),
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
  const { run_ids, metric_key, start_step = null, end_step = null } = request;
  if (run_ids.length > maxRuns) {
    throw invalid(
      `GetMetricHistoryBulkInterval request must specify at most ${maxRuns} run_ids. Received ${run_ids.length} run_ids.`,
    );
  }
  const most = request.max_results ?? maxPoints;
  if (most < 1 || most > maxPoints) throw invalid(`max_results must be between 1 and ${maxPoints}.`);
  if ((start_step === null) !== (end_step === null)) {
    throw invalid('If either start step or end step are specified, both must be specified.');
  }
  if ((start_step ?? 0) > (end_step ?? 0)) {
    throw invalid(
      `end_step must be greater than start_step. Found start_step=${start_step} and end_step=${end_step}.`,
    );
  }
  const points = run_ids.flatMap((run_id) =>
    database
      .rows<MetricRow>(sampleSql, run_id, metric_key, start_step, end_step, most)
      .map((row) => ({ ...metricJson(row), run_id })),
  );
  return { metrics: listed(points) };
}

const maxBulkPoints = 25_000;

const Bulk = z.object({
  run_id: z.union([z.string(), z.array(z.string())]).nullish(),
  metric_key: OptionalText,
  max_results: Int64.nullish(),
});

/** The histories of one metric in several runs, by run, then as `metrics/get-history` orders them; 25,000 points at most in all. */
function bulk({ database }: Context, request: z.infer<typeof Bulk>) {
  const run_ids = [request.run_id ?? []].flat();
  const { metric_key } = request;
  if (run_ids.length === 0) {
    throw invalid('GetMetricHistoryBulk request must specify at least one run_id.');
  }
  if (run_ids.length > maxRuns) {
    throw invalid(
      `GetMetricHistoryBulk request cannot specify more than ${maxRuns} run_ids. Received ${run_ids.length} run_ids.`,
    );
  }
  if (metric_key === undefined || metric_key === null) {
    throw invalid('GetMetricHistoryBulk request must specify a metric_key.');
  }
  const rows = database.rows<MetricRow & { readonly run_uuid: string }>(
    `SELECT run_uuid, key, value, timestamp, step, is_nan FROM metrics
     WHERE run_uuid IN (SELECT value FROM json_each(?)) AND +key = ? ORDER BY run_uuid, timestamp, step, value LIMIT ?`,
    JSON.stringify(run_ids),
    metric_key,
    Math.min(Number(request.max_results ?? maxBulkPoints), maxBulkPoints),
  );
  return { metrics: rows.map((row) => ({ ...metricJson(row), run_id: row.run_uuid })) };
}

const maxExperiments = 20;
const SearchDatasets = z.object({ experiment_ids: z.array(z.string()).nullish() });

interface DatasetSummary {
  readonly experiment_id: number;
  readonly name: string;
  readonly digest: string;
  readonly context: string | null;
}

/** Datasets that runs of the experiments read, each with the contexts it was read in; at most 1000. */
function searchDatasets({ database }: Context, request: z.infer<typeof SearchDatasets>) {
  const experiment_ids = request.experiment_ids ?? [];
  if (experiment_ids.length === 0) {
    throw invalid('SearchDatasets request must specify at least one experiment_id.');
  }
  if (experiment_ids.length > maxExperiments) {
    throw invalid(
      `SearchDatasets request cannot specify more than ${maxExperiments} experiment_ids. Received ${experiment_ids.length} experiment_ids.`,
    );
  }
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
  reads('GET', 'metrics/get-history-bulk', Bulk, bulk),
  reads('GET', 'metrics/get-history-bulk-interval', Interval, interval),
  reads('POST', 'experiments/search-datasets', SearchDatasets, searchDatasets),
];

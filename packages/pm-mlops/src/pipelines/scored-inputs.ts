import type { FleetConfig } from 'pm-core';
import { identifier, literal } from 'pm-core/engine';
import { featureNames } from 'pm-core/features';
import type { ModelVersion } from '../mlflow/model-version.ts';
import { inPeriod, type Period } from './period.ts';
import type { Workbench } from './workbench.ts';

/** The lake's record of what each prediction was made from; changes in the same commit as the results. */
export const SCORED_INPUTS = 'scored_inputs';

/** How many windows of a period need a prediction, and why. */
export interface DueWindows {
  /** Without a row of this version. */
  readonly new: number;
  /** Whose row of this version was made from other feature values. */
  readonly rewritten: number;
  /** Left as they are. */
  readonly unchanged: number;
}

/**
 * Finds the windows that `score --new` must score and names them in the engine: `due_windows` (machine_id, window_end).
 * A window is due if this version scored it from other feature values (a late row, a correction), if no version of the
 * model scored it from its present ones, or if it is its machine's newest and this version has not scored it. So a new
 * Production version takes over from the newest window on and leaves what an earlier one has scored.
 */
export async function findDueWindows(
  bench: Workbench,
  config: FleetConfig,
  version: ModelVersion,
  request: Period & { readonly resultsTable: string },
): Promise<DueWindows> {
  const { engine } = bench;
  await engine.defineQuery('window_inputs', inputDigests(config, `WHERE ${inPeriod(request)}`), {
    materialized: true,
  });
  await defineRecords(bench, version, request.resultsTable);
  await engine.defineQuery('judged_windows', judgedWindows(version), { materialized: true });
  await engine.defineQuery(
    'due_windows',
    `SELECT machine_id, window_end FROM judged_windows WHERE verdict <> 'unchanged'`,
  );
  const counts = await engine.query(`SELECT verdict, count(*) AS n FROM judged_windows GROUP BY verdict`);
  const count = (verdict: string) => Number(counts.find((row) => row.verdict === verdict)?.n ?? 0);
  return { new: count('new'), rewritten: count('rewritten'), unchanged: count('unchanged') };
}

/** Records of the results table after `scored_rows` were scored: theirs replace those of the same version and window. */
export function scoredInputs(
  { lake }: Workbench,
  config: FleetConfig,
  { modelName, version }: ModelVersion,
  resultsTable: string,
): string {
  const names = 'results_table, model_name, model_version, machine_id, window_end, input_digest';
  const own = `results_table = ${literal(resultsTable)} AND model_name = ${literal(modelName)} AND model_version = ${literal(version)}`;
  const scored = 'SEMI JOIN scored_rows USING (machine_id, window_end)';
  const added = `SELECT ${literal(resultsTable)} AS results_table, ${literal(modelName)} AS model_name,
    ${literal(version)} AS model_version, * FROM (${inputDigests(config, scored)})`;
  const kept = `UNION ALL SELECT ${names} FROM ${SCORED_INPUTS} WHERE NOT (${own}
    AND (machine_id, window_end) IN (SELECT (machine_id, window_end) FROM scored_rows))`;
  const known = lake.manifest.tables[SCORED_INPUTS] !== undefined;
  return `SELECT ${names} FROM (${added} ${known ? kept : ''}) ORDER BY ${names}`;
}

/**
 * Feature rows by a 64-bit hash of their values, nulls apart. The hash is the engine's own: a text of 38 doubles and its
 * MD5 take longer than scoring the row. An engine whose hash differs makes every window due once.
 */
function inputDigests(config: FleetConfig, rows: string): string {
  const values = featureNames(config).map(identifier).join(', ');
  return `SELECT machine_id, window_end, CAST(hash(${values}) AS VARCHAR) AS input_digest FROM features ${rows}`;
}

/** `model_rows`: windows that the results table has of the model, with the digest of their inputs where it is recorded. */
async function defineRecords(
  { lake, engine }: Workbench,
  { modelName }: ModelVersion,
  resultsTable: string,
): Promise<void> {
  const { tables } = lake.manifest;
  const records =
    tables[SCORED_INPUTS] === undefined
      ? `LEFT JOIN (SELECT NULL AS input_digest) ON false`
      : `LEFT JOIN (SELECT * FROM ${SCORED_INPUTS} WHERE results_table = ${literal(resultsTable)})
           USING (model_name, model_version, machine_id, window_end)`;
  const select =
    tables[resultsTable] === undefined
      ? `SELECT machine_id, window_end, '' AS model_version, '' AS input_digest FROM window_inputs WHERE false`
      : `SELECT machine_id, window_end, model_version, input_digest FROM ${identifier(resultsTable)} ${records}
         WHERE model_name = ${literal(modelName)}`;
  await engine.defineQuery('model_rows', select, { materialized: true });
}

function judgedWindows({ version }: ModelVersion): string {
  const isOwn = `model_version = ${literal(version)}`;
  return `SELECT machine_id, window_end, CASE
      WHEN scored.has_own AND scored.own_digest IS NOT DISTINCT FROM input_digest THEN 'unchanged'
      WHEN scored.has_own THEN 'rewritten'
      WHEN list_contains(scored.digests, input_digest)
        AND window_end < (max(window_end) OVER (PARTITION BY machine_id)) THEN 'unchanged'
      ELSE 'new' END AS verdict
    FROM window_inputs LEFT JOIN (
      SELECT machine_id, window_end, bool_or(${isOwn}) AS has_own, any_value(input_digest) FILTER (${isOwn}) AS own_digest,
        list(input_digest) AS digests FROM model_rows GROUP BY machine_id, window_end) scored
    USING (machine_id, window_end)`;
}

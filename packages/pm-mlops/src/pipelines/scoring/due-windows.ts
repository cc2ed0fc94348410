import { join } from 'node:path';
import type { FleetConfig } from 'pm-core';
import { identifier, literal } from 'pm-core/engine';
import type { TableEntry } from 'pm-core/lake';
import type { ModelVersion } from '../../mlflow/model-version.ts';
import { inPeriod, type Period } from '../base/period.ts';
import type { Workbench } from '../base/workbench.ts';
import { inputDigests, SCORED_INPUTS } from './scored-inputs.ts';

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
 * Finds the windows that `score --new` must score and names them in the engine: `due_windows` (machine_id, window_end), and
 * `changed_features`, the feature rows among which they are: those of months that have changed since this version left none due.
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
  await defineChangedFeatures(bench, version, request.resultsTable);
  await engine.defineQuery(
    'window_inputs',
    inputDigests(config, `changed_features WHERE ${inPeriod(request)}`),
    {
      materialized: true,
    },
  );
  await defineRecords(bench, version, request.resultsTable);
  await engine.defineQuery('judged_windows', judgedWindows(version, request), { materialized: true });
  await engine.defineQuery(
    'due_windows',
    `SELECT machine_id, window_end FROM judged_windows WHERE verdict <> 'unchanged'`,
  );
  const counts = await engine.query(`SELECT verdict, count(*) AS n FROM judged_windows GROUP BY verdict`);
  const count = (verdict: string) => Number(counts.find((row) => row.verdict === verdict)?.n ?? 0);
  const [all] = await engine.query(`SELECT count(*) AS n FROM features WHERE ${inPeriod(request)}`);
  const due = { new: count('new'), rewritten: count('rewritten') };
  return { ...due, unchanged: Number(all!.n) - due.new - due.rewritten };
}

/** What a version leaves to be said of a results table once it has scored what was due of all its windows. */
export const scoredFrom = (
  { lake }: Workbench,
  version: ModelVersion,
): NonNullable<TableEntry['scoredFrom']> => ({
  version: nameOf(version),
  files: lake.manifest.tables.features!.files,
});

const nameOf = ({ modelName, version }: ModelVersion): string => `${modelName}/${version}`;

/** Windows of files that this version has judged can become due only with another file: others' rows, too, come from present values. */
async function defineChangedFeatures(
  { lake, engine }: Workbench,
  version: ModelVersion,
  resultsTable: string,
): Promise<void> {
  const { tables } = lake.manifest;
  const before = tables[resultsTable]?.scoredFrom;
  const judged = before?.version === nameOf(version) ? before.files : [];
  const changed = tables.features!.files.filter((file) => !judged.includes(file));
  if (changed.length === 0)
    await engine.defineQuery('changed_features', 'SELECT * FROM features WHERE false');
  else
    await engine.defineView(
      'changed_features',
      changed.map((file) => join(lake.directory, file)),
    );
}

/** `model_rows`: windows among `window_inputs` that the results table has of the model, with the digest of their inputs where it is recorded. */
async function defineRecords(
  { lake, engine }: Workbench,
  { modelName }: ModelVersion,
  resultsTable: string,
): Promise<void> {
  const { tables } = lake.manifest;
  const [span] = await engine.query(
    'SELECT min(window_end) AS "from", max(window_end) AS "to" FROM window_inputs',
  );
  if (tables[resultsTable] === undefined || span!.from === null) {
    const none = `SELECT machine_id, window_end, '' AS model_version, '' AS input_digest FROM window_inputs WHERE false`;
    return engine.defineQuery('model_rows', none);
  }
  const among = inPeriod({ from: String(span!.from), to: String(span!.to) });
  const records =
    tables[SCORED_INPUTS] === undefined
      ? `LEFT JOIN (SELECT NULL AS input_digest) ON false`
      : `LEFT JOIN (SELECT * FROM ${SCORED_INPUTS} WHERE results_table = ${literal(resultsTable)} AND ${among})
           USING (model_name, model_version, machine_id, window_end)`;
  const select = `SELECT machine_id, window_end, model_version, input_digest FROM ${identifier(resultsTable)} ${records}
    WHERE model_name = ${literal(modelName)} AND ${among}`;
  await engine.defineQuery('model_rows', select, { materialized: true });
}

function judgedWindows({ version }: ModelVersion, period: Period): string {
  const isOwn = `model_version = ${literal(version)}`;
  return `SELECT machine_id, window_end, CASE
      WHEN scored.has_own AND scored.own_digest IS NOT DISTINCT FROM input_digest THEN 'unchanged'
      WHEN scored.has_own THEN 'rewritten'
      WHEN list_contains(scored.digests, input_digest) AND window_end < newest THEN 'unchanged'
      ELSE 'new' END AS verdict
    FROM window_inputs
    JOIN (SELECT machine_id, max(window_end) AS newest FROM features WHERE ${inPeriod(period)} GROUP BY machine_id) USING (machine_id)
    LEFT JOIN (
      SELECT machine_id, window_end, bool_or(${isOwn}) AS has_own, any_value(input_digest) FILTER (${isOwn}) AS own_digest,
        list(input_digest) AS digests FROM model_rows GROUP BY machine_id, window_end) scored
    USING (machine_id, window_end)`;
}

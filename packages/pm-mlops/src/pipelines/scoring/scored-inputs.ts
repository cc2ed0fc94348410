import type { FleetConfig } from 'pm-core';
import { identifier, literal } from 'pm-core/engine';
import { featureNames } from 'pm-core/features';
import type { MonthsWrite } from 'pm-core/lake';
import type { ModelVersion } from '../../mlflow/model-version.ts';
import type { Workbench } from '../base/workbench.ts';
import { mergeMonths } from './merge-months.ts';

/** The lake's record of what each prediction was made from; changes in the same commit as the results. */
export const SCORED_INPUTS = 'scored_inputs';

/** What `scored_inputs` has to say of `scored_rows`, in place of what it said of the same version and windows. */
export async function scoredInputs(
  bench: Workbench,
  config: FleetConfig,
  { modelName, version }: ModelVersion,
  { resultsTable, onlyNew }: { readonly resultsTable: string; readonly onlyNew: boolean },
): Promise<MonthsWrite> {
  const scored = '(machine_id, window_end) IN (SELECT (machine_id, window_end) FROM scored_rows)';
  const own = [
    ['results_table', resultsTable],
    ['model_name', modelName],
    ['model_version', version],
  ] as const;
  const table = onlyNew ? 'changed_features' : 'features';
  const digests = inputDigests(config, `${table} SEMI JOIN scored_rows USING (machine_id, window_end)`);
  await bench.engine.defineQuery(
    'scored_digests',
    `SELECT ${own.map(([name, value]) => `${literal(value)} AS ${name}`).join(', ')}, * FROM (${digests})`,
    { materialized: true },
  );
  const columns = 'results_table, model_name, model_version, machine_id, window_end, input_digest';
  return mergeMonths(bench, SCORED_INPUTS, {
    added: 'scored_digests',
    replaced: [...own.map(([name, value]) => `${name} = ${literal(value)}`), scored].join(' AND '),
    inAllMonths: false,
    columns,
    order: columns,
  });
}

/**
 * Rows of a source (SQL, after FROM) of features by a 64-bit hash of their values, nulls apart. The hash is the engine's own: a text of 38 doubles and its
 * MD5 take longer than scoring the row. An engine whose hash differs makes the windows of changed months due once.
 */
export function inputDigests(config: FleetConfig, source: string): string {
  const values = featureNames(config).map(identifier).join(', ');
  return `SELECT machine_id, window_end, CAST(hash(${values}) AS VARCHAR) AS input_digest FROM ${source}`;
}

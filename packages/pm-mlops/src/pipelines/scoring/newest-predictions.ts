import { CLASSES } from 'pm-core';
import { identifier, literal, naturalOrder } from 'pm-core/engine';
import type { Predictions } from 'pm-core/score';
import type { ModelVersion } from '../../mlflow/model-version.ts';
import { inPeriod, type Period } from '../base/period.ts';
import type { Workbench } from '../base/workbench.ts';
import type { ScoredWindows } from './machine-risks.ts';

/** Each machine's newest row that a version has of a period in a results table; none where the table is not there yet. */
export async function newestPredictions(
  { lake, engine }: Workbench,
  { modelName, version }: ModelVersion,
  request: Period & { readonly resultsTable: string },
): Promise<{ rows: ScoredWindows; predictions: Predictions }> {
  if (lake.manifest.tables[request.resultsTable] === undefined) {
    const predictions = { label: new Uint8Array(0), probabilities: new Float32Array(0) };
    return { rows: { machineIds: [], windowEnd: new Float64Array(0) }, predictions };
  }
  const newest = `SELECT * FROM ${identifier(request.resultsTable)}
    WHERE model_name = ${literal(modelName)} AND model_version = ${literal(version)} AND ${inPeriod(request)}
    QUALIFY row_number() OVER (PARTITION BY machine_id ORDER BY window_end DESC) = 1`;
  const number = CLASSES.map((name, c) => `WHEN ${literal(name)} THEN ${c}`).join(' ');
  const windows = await engine.columns(
    `SELECT machine_id, window_end, CASE predicted_component ${number} END AS label FROM (${newest}) ORDER BY ${naturalOrder('machine_id')}`,
    { machine_id: 'string', window_end: 'timestamp', label: 'int32' },
  );
  // A row for every class, so that the answer has the matrix in its order.
  const cells = CLASSES.map(
    (name, c) => `SELECT machine_id, ${c} AS class, probability_${name} AS probability FROM (${newest})`,
  );
  const matrix = await engine.columns(
    `SELECT probability FROM (${cells.join(' UNION ALL ')}) ORDER BY ${naturalOrder('machine_id')}, class`,
    { probability: 'float32' },
  );
  const { machine_id, window_end, label } = windows.columns;
  return {
    rows: { machineIds: machine_id, windowEnd: window_end },
    predictions: { label: Uint8Array.from(label), probabilities: matrix.columns.probability },
  };
}

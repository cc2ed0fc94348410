import { identifier, literal } from 'pm-core/engine';
import type { FeatureMatrix } from 'pm-core/features';
import type { Predictions } from 'pm-core/score';
import { SAMPLE_PREDICTIONS } from 'pm-core/tabular';
import type { ModelVersion } from '../../mlflow/model-version.ts';
import type { Workbench } from '../base/workbench.ts';
import { scoredByColumns } from '../versions/scored-by-columns.ts';

/** Rows of files, and where they stand in these. */
export interface PlacedRows {
  readonly matrix: FeatureMatrix;
  readonly sources: readonly string[];
  readonly lines: ArrayLike<number>;
}

export interface SampleResults {
  readonly rows: PlacedRows;
  readonly predictions: Predictions;
  readonly version: ModelVersion;
  readonly resultsTable: string;
  readonly scoredAt: Date;
}

/** Puts scored rows into the results table in place of those that the same version left for the same files; others stay. */
export async function writeSampleResults({ lake, engine }: Workbench, results: SampleResults): Promise<void> {
  const { version, rows, resultsTable } = results;
  await engine.defineColumns('scored_samples', columnsOf(results));
  const names = SAMPLE_PREDICTIONS.columns.map(({ name }) => identifier(name)).join(', ');
  const files = [...new Set(rows.sources)].map(literal).join(', ') || 'NULL';
  const replaced = `model_name = ${literal(version.modelName)} AND model_version = ${literal(version.version)} AND source IN (${files})`;
  const kept =
    lake.manifest.tables[resultsTable] === undefined
      ? ''
      : `UNION ALL SELECT ${names} FROM ${identifier(resultsTable)} WHERE NOT coalesce(${replaced}, false)`;
  const select = `SELECT ${names} FROM (SELECT ${names} FROM scored_samples ${kept}) ORDER BY ${SAMPLE_PREDICTIONS.key.join(', ')}`;
  await lake.commit({ tables: { [resultsTable]: { write: (path) => engine.writeParquet(select, path) } } });
  await lake.attach(engine);
}

function columnsOf({ rows, predictions, version, scoredAt }: SampleResults) {
  const { rowCount } = rows.matrix;
  const probability = (of: number) =>
    Float64Array.from({ length: rowCount }, (_, row) => predictions.probabilities[2 * row + of]!);
  return [
    { name: 'source', type: 'string', values: rows.sources },
    { name: 'line', type: 'int', values: rows.lines },
    ...scoredByColumns(version, scoredAt, rowCount),
    { name: 'predicted_class', type: 'string', values: Array.from(predictions.label, String) },
    { name: 'probability_0', type: 'double', values: probability(0) },
    { name: 'probability_1', type: 'double', values: probability(1) },
  ] as const;
}

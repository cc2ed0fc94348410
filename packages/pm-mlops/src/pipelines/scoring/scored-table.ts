import { CLASSES, DICTIONARY, type FleetConfig, UserError } from 'pm-core';
import type { Advice } from 'pm-core/costs';
import { identifier, literal, naturalOrder } from 'pm-core/engine';
import type { FeatureRows } from 'pm-core/features';
import type { Manifest } from 'pm-core/lake';
import type { Predictions } from 'pm-core/score';
import type { ModelVersion } from '../../mlflow/model-version.ts';
import { inPeriod, type Period } from '../base/period.ts';
import type { Workbench } from '../base/workbench.ts';
import { scoredByColumns } from '../versions/scored-by-columns.ts';
import type { Adviser } from './advise-rows.ts';
import { scoredFrom } from './due-windows.ts';
import { mergeMonths } from './merge-months.ts';
import { SCORED_INPUTS, scoredInputs } from './scored-inputs.ts';

export interface ScoredRows {
  readonly rows: FeatureRows;
  readonly predictions: Predictions;
  readonly version: ModelVersion;
  readonly config: FleetConfig;
  /** Whether only due windows were scored: the version's other rows of the period stay then. */
  readonly request: Period & { readonly resultsTable: string; readonly onlyNew: boolean };
  readonly scoredAt: Date;
  /** Undefined where the model has no thresholds. */
  readonly adviser: Adviser | undefined;
}

/** @throws UserError `bad-table-name` for a name that is another table's. */
export function checkResultsTable(name: string, { tables }: Manifest): void {
  const isFeatures = /^(labeled_)?features$/.test(name) || tables[name]?.computedFrom !== undefined;
  const isTaken = isFeatures || name === SCORED_INPUTS || (name !== 'predictions' && name in DICTIONARY);
  if (/^[a-z][a-z0-9_]{0,62}$/.test(name) && !isTaken) return;
  throw new UserError('bad-table-name', `'${name}' cannot be the name of a results table.`, {
    next: 'Use lower-case letters, digits and _, and no name of another table of the lake.',
  });
}

/**
 * Puts scored rows into the results table in place of those that the same version left of the same period (or, if only
 * due windows were scored, of the same windows); others stay. What they were made from is recorded in the same commit.
 */
export async function writeScoredRows(bench: Workbench, scored: ScoredRows): Promise<void> {
  const { lake, engine } = bench;
  const { version, config, request } = scored;
  const { resultsTable, onlyNew } = request;
  await engine.defineColumns('scored_rows', columnsOf(scored));
  const windows = onlyNew
    ? '(machine_id, window_end) IN (SELECT (machine_id, window_end) FROM scored_rows)'
    : inPeriod(request);
  const results = await mergeMonths(bench, resultsTable, {
    added: 'scored_rows',
    replaced: `model_name = ${literal(version.modelName)} AND model_version = ${literal(version.version)} AND ${windows}`,
    inAllMonths: !onlyNew,
    columns: DICTIONARY.predictions.columns.map(({ name }) => identifier(name)).join(', '),
    order: `${naturalOrder('machine_id')}, window_end, ${naturalOrder('model_version')}`,
  });
  const isWhole = request.from === undefined && request.to === undefined;
  const source = isWhole ? scoredFrom(bench, version) : lake.manifest.tables[resultsTable]?.scoredFrom;
  await lake.commit({
    tables: {
      [resultsTable]: { ...results, ...(source === undefined ? {} : { scoredFrom: source }) },
      [SCORED_INPUTS]: await scoredInputs(bench, config, version, request),
    },
  });
  await lake.attach(engine);
}

function columnsOf({ rows, predictions, version, scoredAt, adviser }: ScoredRows) {
  const { rowCount } = rows.matrix;
  const { label, probabilities } = predictions;
  return [
    { name: 'machine_id', type: 'string', values: rows.machineIds },
    { name: 'window_end', type: 'timestamp', values: rows.windowEnd },
    ...scoredByColumns(version, scoredAt, rowCount),
    { name: 'predicted_component', type: 'string', values: Array.from(label, (number) => CLASSES[number]!) },
    ...CLASSES.map((name, c) => ({
      name: `probability_${name}`,
      type: 'double' as const,
      values: Float64Array.from({ length: rowCount }, (_, row) => probabilities[row * CLASSES.length + c]!),
    })),
    ...adviceColumns(rowCount, (row) => adviser?.(predictions, row)),
  ] as const;
}

function adviceColumns(rowCount: number, adviceOf: (row: number) => Advice | undefined) {
  const advice = Array.from({ length: rowCount }, (_, row) => adviceOf(row));
  return [
    {
      name: 'threshold',
      type: 'double',
      values: Float64Array.from(advice, (one) => one?.threshold ?? Number.NaN),
    },
    { name: 'recommended_action', type: 'string', values: advice.map((one) => one?.action) },
    {
      name: 'expected_saving',
      type: 'double',
      values: Float64Array.from(advice, (one) => one?.expectedSaving ?? Number.NaN),
    },
  ] as const;
}

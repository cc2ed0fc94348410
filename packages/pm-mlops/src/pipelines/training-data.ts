import { createHash } from 'node:crypto';
import { CLASSES, type FleetConfig, RAW_TABLES } from 'pm-core';
import { type FeatureMatrix, type FeatureRows, featureNames, readFeatureMatrix } from 'pm-core/features';
import { type RowSplit, readLabelCounts, resolveSplit, type Split } from 'pm-core/split';
import { flattenParams } from './flatten-params.ts';
import { FLEET_TAG, fleetOf } from './fleet-of.ts';
import { type Failure, hoursToFailure, readFailures } from './hours-to-failure.ts';
import type { Workbench } from './workbench.ts';

/** Whose rows they are and when, in a workflow with time. */
export interface RowTiming extends Pick<FeatureRows, 'machineIds' | 'windowEnd'> {
  /** Hours from each row's cutoff to the failure behind its label; NaN where the label is 0. */
  readonly hoursToFailure: Float64Array;
}

/** Rows with a label and all that an evaluation needs. */
export interface LabeledRows {
  readonly matrix: FeatureMatrix;
  /** Number of each row's class in `classes`. */
  readonly label: Int32Array;
  readonly classes: readonly string[];
  /** Rows of one group hang together: folds, bootstraps and whatever else draws rows draws groups. The machine; without time the row itself. */
  readonly groups: readonly string[];
  readonly timing?: RowTiming | undefined;
  /** Failures in (first cutoff, last cutoff + window] of these rows, by component; empty without time. */
  readonly failuresByComponent: Readonly<Record<string, number>>;
  /** Of features and labels in their order: 32 hexadecimal digits. */
  readonly digest: string;
}

/** What a run and a version say of the rows that they are from. */
export interface DataDescription {
  /** Params of the run beside those of the model. */
  readonly params: Readonly<Record<string, string>>;
  readonly runTags: Readonly<Record<string, string>>;
  readonly versionTags: Readonly<Record<string, string>>;
  /** What the model tells, from what: the version's description. */
  readonly summary: string;
}

export interface TrainingData {
  /** Table of the lake that the rows are from. */
  readonly table: string;
  /** Feature table that was asked for: what the rows were labelled from, in a workflow that computes features. */
  readonly featureTable: string;
  /** Tables of the lake that all of this follows from; those that are computed from other ones are not among them. */
  readonly inputTables: readonly string[];
  readonly description: DataDescription;
  /** By time, or by row in a workflow without time. */
  readonly split: Split | RowSplit;
  readonly train: LabeledRows;
  /** What early stopping and a search may listen to; where there is none they take groups out of `train`. */
  readonly validation?: LabeledRows | undefined;
  readonly test: LabeledRows;
}

/**
 * Reads the two parts of labeled_features, made from the table `featureTable`, into memory; rows without a label are in neither.
 * @throws UserError what {@link resolveSplit} throws.
 */
export async function readTrainingData(
  bench: Workbench,
  config: FleetConfig,
  featureTable: string,
): Promise<TrainingData> {
  const split = resolveSplit(config, await readLabelCounts(bench.engine));
  const train = await readLabeledRows(bench, config, { to: split.trainUntil });
  return {
    table: 'labeled_features',
    featureTable,
    inputTables: featureTable === 'features' ? RAW_TABLES : [...RAW_TABLES, featureTable],
    description: describe(bench, config, split, train),
    split,
    train,
    test: await readLabeledRows(bench, config, { from: split.testFrom }),
  };
}

function describe(
  { lake }: Workbench,
  { features, predictionWindowHours }: FleetConfig,
  { source, reason, trainUntil, testFrom }: Split,
  { groups }: LabeledRows,
): DataDescription {
  return {
    params: {
      ...flattenParams('features', features),
      prediction_window_hours: String(predictionWindowHours),
      split_source: source,
      train_until: trainUntil,
      test_from: testFrom,
      machines: String(new Set(groups).size),
    },
    runTags: { 'pm.split_reason': reason },
    versionTags: {
      'pm.train_until': trainUntil,
      'pm.test_from': testFrom,
      'pm.prediction_window_hours': String(predictionWindowHours),
      [FLEET_TAG]: fleetOf(lake.manifest),
    },
    summary: `Which component fails in the next ${predictionWindowHours} h. Trained until ${trainUntil}, tested from ${testFrom}`,
  };
}

/** Labelled rows with from ≤ window_end ≤ to (UTC timestamps), sorted by key. */
export async function readLabeledRows(
  { engine }: Workbench,
  config: FleetConfig,
  { from, to }: { from?: string | undefined; to?: string | undefined },
): Promise<LabeledRows> {
  const conditions = [
    'label IS NOT NULL',
    ...(from === undefined ? [] : [`window_end >= TIMESTAMP '${from}'`]),
    ...(to === undefined ? [] : [`window_end <= TIMESTAMP '${to}'`]),
  ];
  const select = `SELECT * FROM labeled_features WHERE ${conditions.join(' AND ')}`;
  const rows = await readFeatureMatrix(engine, select, featureNames(config));
  const { matrix, label, machineIds, windowEnd } = rows;
  const failures = await readFailures(engine);
  const hours = hoursToFailure(rows, failures).map((value, row) => (label[row]! > 0 ? value : Number.NaN));
  return {
    matrix,
    label,
    classes: CLASSES,
    groups: machineIds,
    timing: { machineIds, windowEnd, hoursToFailure: hours },
    failuresByComponent: failuresWithin(rows, failures, config.predictionWindowHours),
    digest: digestOf(rows),
  };
}

function failuresWithin(
  { windowEnd }: FeatureRows,
  failures: readonly Failure[],
  predictionWindowHours: number,
): Record<string, number> {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const cutoff of windowEnd) {
    first = Math.min(first, cutoff);
    last = Math.max(last, cutoff);
  }
  const seen = failures.filter(
    ({ failedAtMs }) => failedAtMs > first && failedAtMs <= last + predictionWindowHours * 3_600_000,
  );
  return Object.fromEntries(
    CLASSES.slice(1).map((name) => [name, seen.filter(({ component }) => component === name).length]),
  );
}

/** The `digest` of {@link LabeledRows}. */
export function digestOf({ matrix, label }: Pick<LabeledRows, 'matrix' | 'label'>): string {
  const hash = createHash('sha256').update(matrix.featureNames.join());
  for (const column of matrix.columns) hash.update(new Uint8Array(column.buffer));
  return hash.update(new Uint8Array(label.buffer)).digest('hex').slice(0, 32);
}

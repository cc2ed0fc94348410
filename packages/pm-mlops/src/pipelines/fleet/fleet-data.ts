import { CLASSES, type FleetConfig, RAW_TABLES } from 'pm-core';
import { type FeatureRows, featureNames, readFeatureMatrix } from 'pm-core/features';
import { readLabelCounts, resolveSplit, type Split } from 'pm-core/split';
import { inPeriod, type Period } from '../base/period.ts';
import type { Workbench } from '../base/workbench.ts';
import { flattenParams } from '../training/flatten-params.ts';
import {
  type DataDescription,
  digestOf,
  type LabeledRows,
  type TrainingData,
} from '../training/training-data.ts';
import { FLEET_TAG, fleetOf } from './fleet-of.ts';
import { type Failure, hoursToFailure, readFailures } from './hours-to-failure.ts';

/**
 * Reads the two parts of labeled_features, made from the table `featureTable`, into memory; rows without a label are in neither.
 * @throws UserError what {@link resolveSplit} throws.
 */
export async function readFleetData(
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

/** Labelled rows of a period, sorted by key. */
export async function readLabeledRows(
  { engine }: Workbench,
  config: FleetConfig,
  period: Period,
): Promise<LabeledRows> {
  const select = `SELECT * FROM labeled_features WHERE label IS NOT NULL AND ${inPeriod(period)}`;
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

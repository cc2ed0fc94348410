import { createHash } from 'node:crypto';
import { CLASSES, type WorkflowConfig } from 'pm-core';
import { type FeatureRows, featureNames, readFeatureMatrix } from 'pm-core/features';
import { readLabelCounts, resolveSplit, type Split } from 'pm-core/split';
import { type Failure, hoursToFailure, readFailures } from './hours-to-failure.ts';
import type { Workbench } from './workbench.ts';

/** Rows of labeled_features with all that an evaluation needs. */
export interface LabeledRows extends FeatureRows {
  /** Hours from each row's cutoff to the failure behind its label; NaN where the label is 0. */
  readonly hoursToFailure: Float64Array;
  /** Failures in (first cutoff, last cutoff + window] of these rows, by component. */
  readonly failuresByComponent: Readonly<Record<string, number>>;
  /** Of features and labels in their order: 32 hexadecimal digits. */
  readonly digest: string;
}

export interface TrainingData {
  readonly split: Split;
  readonly train: LabeledRows;
  readonly test: LabeledRows;
}

/**
 * Reads the two parts of labeled_features into memory; rows without a label are in neither.
 * @throws UserError what {@link resolveSplit} throws.
 */
export async function readTrainingData(bench: Workbench, config: WorkflowConfig): Promise<TrainingData> {
  const split = resolveSplit(config, await readLabelCounts(bench.engine));
  return {
    split,
    train: await readLabeledRows(bench, config, { to: split.trainUntil }),
    test: await readLabeledRows(bench, config, { from: split.testFrom }),
  };
}

/** Labelled rows with from ≤ window_end ≤ to (UTC timestamps), sorted by key. */
export async function readLabeledRows(
  { engine }: Workbench,
  config: WorkflowConfig,
  { from, to }: { from?: string | undefined; to?: string | undefined },
): Promise<LabeledRows> {
  const conditions = [
    'label IS NOT NULL',
    ...(from === undefined ? [] : [`window_end >= TIMESTAMP '${from}'`]),
    ...(to === undefined ? [] : [`window_end <= TIMESTAMP '${to}'`]),
  ];
  const select = `SELECT * FROM labeled_features WHERE ${conditions.join(' AND ')}`;
  const rows = await readFeatureMatrix(engine, select, featureNames(config));
  const failures = await readFailures(engine);
  return {
    ...rows,
    hoursToFailure: hoursToFailure(rows, failures).map((hours, row) =>
      rows.label[row]! > 0 ? hours : Number.NaN,
    ),
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

function digestOf({ matrix, label }: FeatureRows): string {
  const hash = createHash('sha256').update(matrix.featureNames.join());
  for (const column of matrix.columns) hash.update(new Uint8Array(column.buffer));
  return hash.update(new Uint8Array(label.buffer)).digest('hex').slice(0, 32);
}

import { createHash } from 'node:crypto';
import type { FeatureMatrix, FeatureRows } from 'pm-core/features';
import type { RowSplit, Split } from 'pm-core/split';

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

/** The `digest` of {@link LabeledRows}. */
export function digestOf({ matrix, label }: Pick<LabeledRows, 'matrix' | 'label'>): string {
  const hash = createHash('sha256').update(matrix.featureNames.join());
  for (const column of matrix.columns) hash.update(new Uint8Array(column.buffer));
  return hash.update(new Uint8Array(label.buffer)).digest('hex').slice(0, 32);
}

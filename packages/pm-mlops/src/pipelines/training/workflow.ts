import type { FeatureMatrix, FeatureRows } from 'pm-core/features';
import type { GroupTotals } from 'pm-core/gate';
import type { Predictions } from 'pm-core/score';
import type { ModelPackage } from '../../mlflow/model-package/index.ts';
import type { ModelVersion } from '../../mlflow/model-version.ts';
import type { FleetCostReport } from '../../report/index.ts';
import type { Workbench } from '../base/workbench.ts';
import type { OutOfFold } from './out-of-fold.ts';
import type { LabeledRows, TrainingData } from './training-data.ts';

export interface LoadedVersion {
  readonly version: ModelVersion;
  readonly model: ModelPackage;
}

export interface RowsToJudgeRequest {
  /** Feature table whose rows are labelled. */
  readonly table: string;
  /** First and last cutoff wanted, both included; without `from` the rows that no version was trained on. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Labelled rows to hold versions against. */
export interface RowsToJudge {
  readonly rows: LabeledRows;
  /** First cutoff asked for; undefined where that is the first there is. */
  readonly from: string | undefined;
  /** Why a version may have been trained on some of the rows; undefined where it is known that none was. */
  readonly doubt: string | undefined;
}

export interface CostScores {
  /** Training rows by models that had not learned from them: what thresholds are chosen by. */
  readonly outOfFold: OutOfFold | undefined;
  /** Of the test rows. */
  readonly predictions: Predictions;
}

/** What a version says of rows, and when it asks for action. */
export interface ThresholdedScores {
  /** One list a row, in the order of the classes. */
  readonly probabilities: Float32Array;
  readonly thresholds: Readonly<Record<string, number>>;
}

/** Rows of which it may be known whose they are and when. */
export interface RowsWithTime {
  readonly matrix: FeatureMatrix;
  /** Absent in a workflow without time. */
  readonly timing?: Pick<FeatureRows, 'machineIds' | 'windowEnd'> | undefined;
}

export type Metrics = Readonly<Record<string, number>>;

/**
 * What the stories of training and promotion ask of a kind of workflow. Whatever differs between a fleet and a plain table is
 * behind this; the stories themselves are the same.
 */
export interface Workflow {
  /** Names in the order of the label's numbers; the first is the class in which nothing happens. */
  readonly classes: readonly string[];
  /** Brings the rows that a training reads up to date, `table` being where their features are. */
  labelRows(bench: Workbench, table: string): Promise<void>;
  /** Reads what {@link labelRows} labelled, `table` being the same. */
  readTrainingData(bench: Workbench, table: string): Promise<TrainingData>;
  /** Metrics of a look for features that know the future. @throws UserError `leak-found` */
  probeForLeaks(bench: Workbench): Promise<Metrics>;
  /** Test metrics of second models, which have not seen as much of what the test rows are from as the first one has. */
  evaluateStrictly(data: TrainingData, outOfFold: OutOfFold | undefined): Promise<Metrics>;
  /** Thresholds that cost least and what they would have saved in the test period; undefined where alerts have no price. */
  weighCosts(bench: Workbench, data: TrainingData, scores: CostScores): Promise<FleetCostReport | undefined>;
  /** Why a version's labels are not those of this workflow; undefined where they are. */
  labelMismatch(version: LoadedVersion): string | undefined;
  /** Labelled rows of the lake for judging versions by. */
  rowsToJudge(
    bench: Workbench,
    versions: readonly LoadedVersion[],
    request: RowsToJudgeRequest,
  ): Promise<RowsToJudge>;
  /** What acting on a version's alerts would have cost by group; undefined where no costs are known. */
  costByGroup(
    bench: Workbench,
    rows: LabeledRows,
    scores: ThresholdedScores,
  ): Promise<GroupTotals | undefined>;
  /** Rows of the last weeks of the lake; all rows where there is no time. */
  recentRows(bench: Workbench, weeks: number): Promise<RowsWithTime>;
  /** The same rows with the columns that the version takes, where they can be had; else the rows as they are. */
  onOwnColumns<Rows extends RowsWithTime>(
    bench: Workbench,
    version: LoadedVersion,
    rows: Rows,
  ): Promise<Rows>;
}

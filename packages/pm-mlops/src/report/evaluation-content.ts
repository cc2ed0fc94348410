import type { FeatureMatrix } from 'pm-core/features';
import type { Evaluation, ScoredRows, TimedRows } from 'pm-core/metrics';
import type { FeatureSummary, ParityCertificate } from 'pm-core/score';
import type { RowSplit, Split } from 'pm-core/split';
import type { FleetCostReport } from './cost-report.ts';

/** How much a feature matters to a forest. */
export interface Importance {
  readonly feature: string;
  /** Share of the impurity that splits on it removed in training; all features sum to 1. */
  readonly gain: number;
  /** How much the log loss on test rows rises when the feature's values are permuted among them. */
  readonly logLossRise: number;
}

/** Whose rows they are, when they were, and how far their labels look ahead. */
export interface Timing extends Omit<TimedRows, 'labels' | 'predicted'> {
  /** A failure in (T, T + window] makes a row's label. */
  readonly predictionWindowHours: number;
  /** Spacing of the cutoffs. */
  readonly stepHours: number;
}

/** All that an evaluation report tells; a part that is not there leaves its section out. */
export interface EvaluationContent {
  /** Of the workflow. */
  readonly name: string;
  /** What was evaluated, such as `version 3` or `run 6f6a…`. */
  readonly subject: string;
  readonly evaluation: Evaluation;
  /** The same without the model's calibration, where known. */
  readonly before?: Evaluation | undefined;
  /** What acting on the alerts would have cost, where they have a price. */
  readonly costs?: FleetCostReport | undefined;
  readonly rows: ScoredRows;
  /** The features of these rows. */
  readonly matrix: FeatureMatrix;
  /** Whose rows they are, and when: absent in a workflow without time. */
  readonly timing?: Timing | undefined;
  /** First and last cutoff of the rows, UTC. */
  readonly interval?: { readonly from: string; readonly to: string } | undefined;
  /** Failures in the time of the rows, by component; a row's label can name but one of two at the same instant. */
  readonly failuresByComponent?: Readonly<Record<string, number>> | undefined;
  /** Fewer failures than these allow no verdict. */
  readonly minFailuresForVerdict: number;
  /** Whether it is known that the model was trained on none of the rows. */
  readonly isUnseen: boolean;
  readonly split?: Split | RowSplit | undefined;
  /** ROC AUC of a second model whose test rows have no like among its training rows. */
  readonly groupedRocAuc?: number | undefined;
  /** Where the features lay in training, by name. */
  readonly trainingFeatures?: Readonly<Record<string, FeatureSummary>> | undefined;
  readonly importances?: readonly Importance[] | undefined;
  readonly parity?: ParityCertificate | undefined;
  /** What the result came from: names and values in the order to show. */
  readonly sources: readonly (readonly [name: string, value: string])[];
  /** The whole workflow file, YAML. */
  readonly workflow: string;
}

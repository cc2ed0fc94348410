import type {
  ColumnMeans,
  ColumnSummary,
  Correlations,
  CountOverTime,
  Histogram,
  Separability,
  TimeStep,
} from 'pm-core/explore';
import type { Importance } from '../evaluation-content.ts';

/** Counts of events of one table over time. */
export interface EventCounts {
  readonly title: string;
  /** Kinds of event in the order to show. */
  readonly kinds: readonly string[];
  readonly counts: readonly CountOverTime[];
}

export interface MachineReadings {
  readonly machineId: string;
  readonly readings: number;
  /** Hours between its first and last reading in which there is none. */
  readonly missingHours: number;
}

/** What the sensors of one machine said around one of its failures; hours are counted from the failure. */
export interface FailureSeries {
  readonly machineId: string;
  readonly component: string;
  readonly failedAt: string;
  readonly sensors: readonly string[];
  readonly readings: readonly { readonly hours: number; readonly values: readonly (number | null)[] }[];
  readonly events: readonly {
    readonly hours: number;
    readonly kind: 'error' | 'replacement';
    readonly name: string;
  }[];
}

/** The raw tables of a fleet. */
export interface TelemetryExploration {
  readonly machines: number;
  readonly readings: number;
  readonly from: string;
  readonly to: string;
  readonly missingHours: number;
  readonly sensors: readonly ColumnMeans[];
  readonly histograms: readonly Histogram[];
  /** Of the machine with the fewest and of that with the most. */
  readonly readingsByMachine: readonly [fewest: number, most: number];
  readonly readingsPerMachine: Histogram;
  /** Those with the most missing hours first. */
  readonly mostGaps: readonly MachineReadings[];
  readonly step: TimeStep;
  readonly events: readonly EventCounts[];
  /** Absent where nothing failed. */
  readonly failure?: FailureSeries | undefined;
}

/** The feature table and its labels. */
export interface FeaturesExploration {
  readonly rows: number;
  /** Rows by class, and those whose label is not known yet as `unknown`. */
  readonly labels: Readonly<Record<string, number>>;
  readonly classes: readonly string[];
  readonly step: TimeStep;
  /** Labels over time. */
  readonly balance: readonly CountOverTime[];
  readonly summaries: readonly ColumnSummary[];
  readonly separability: readonly Separability[];
  /** Of the features that tell the labels apart best, by label. */
  readonly histograms: readonly Histogram[];
  readonly correlations: Correlations;
}

export interface VersionFigure {
  readonly version: string;
  readonly stage: string;
  readonly createdAt: string;
  readonly algorithm: string;
  /** The figure that versions of the workflow are compared by; null where it is not known. */
  readonly score: number | null;
}

/** A registered model and those before it. */
export interface ModelExploration {
  readonly version: string;
  readonly stage: string;
  readonly description: string;
  readonly scoreName: string;
  /** The newest version first. */
  readonly history: readonly VersionFigure[];
  readonly metrics: Readonly<Record<string, number>>;
  readonly params: Readonly<Record<string, string>>;
  readonly classes: readonly string[];
  readonly importances?: readonly Importance[] | undefined;
}

export interface RiskyMachine {
  readonly machineId: string;
  readonly component: string;
  readonly anyFailure: number;
  readonly action: string | null;
  readonly saving: number | null;
}

/** What a version says of a fleet. */
export interface PredictionsExploration {
  readonly version: string;
  readonly rows: number;
  readonly machines: number;
  readonly from: string;
  readonly to: string;
  /** Probability of any failure, of all rows. */
  readonly risk: Histogram;
  readonly step: TimeStep;
  /** Rows with an alert by component. */
  readonly alerts: EventCounts;
  /** By each machine's newest row, the riskiest first. */
  readonly riskiest: readonly RiskyMachine[];
  /** Actions recommended for the newest row of each machine. */
  readonly actions: readonly {
    readonly action: string;
    readonly machines: number;
    readonly saving: number | null;
  }[];
}

/** What a version says of rows of a plain table. */
export interface SamplePredictionsExploration {
  readonly version: string;
  readonly rows: number;
  /** Probability of class 1, by predicted class. */
  readonly risk: Histogram;
  readonly sources: readonly { readonly source: string; readonly rows: number; readonly positives: number }[];
}

/** The rows of a plain table. */
export interface SamplesExploration {
  readonly rows: number;
  readonly target: string;
  readonly targetColumn: string;
  readonly positives: number;
  /** The target column's own values, by class. */
  readonly targetValues: readonly { readonly value: number; readonly group: string; readonly rows: number }[];
  /** Of each feature, by class. */
  readonly summaries: readonly ColumnSummary[];
  readonly separability: readonly Separability[];
  readonly correlations: Correlations;
}

/** What there is to look at; a stage that is not there is left out. */
export interface Exploration {
  /** Of the workflow. */
  readonly name: string;
  /** Where the raw rows are from. */
  readonly origin: string;
  readonly telemetry?: TelemetryExploration | undefined;
  readonly samples?: SamplesExploration | undefined;
  readonly features?: FeaturesExploration | undefined;
  readonly model?: ModelExploration | undefined;
  readonly predictions?: PredictionsExploration | undefined;
  readonly samplePredictions?: SamplePredictionsExploration | undefined;
}

import type { PairedDifference } from './paired-bootstrap.ts';

/** What two models are compared by: ROC AUC of the second class where there are two, else macro F1. */
export type ComparedFigure = 'macro F1' | 'ROC AUC';

/** Candidate and champion held against each other. */
export type Comparison = {
  readonly figure: ComparedFigure;
} /** On the same rows, which neither was trained on. */ & (
  | { readonly kind: 'paired'; readonly rows: number; readonly difference: PairedDifference | undefined }
  /** By what each logged of its own test rows, for `reason`: the rows are not the same, so that it says less. */
  | {
      readonly kind: 'logged';
      readonly reason: string;
      readonly candidate: number;
      readonly champion: number;
    }
  | { readonly kind: 'none'; readonly reason: string }
);

/** What the candidate did on rows that it was not trained on. */
export interface CandidateFigures {
  /** By class name, all but the first class; null where the class has no row. */
  readonly recall: Readonly<Record<string, number | null>>;
  /** Failures in these rows by class name; rows of the class in a workflow without failures. */
  readonly failures: Readonly<Record<string, number>>;
  /** Mean of the classes' expected calibration errors, as an evaluation has it; null where no class has a row. */
  readonly calibrationError: number | null;
  readonly latencyMsPerRow: number;
}

/** How far the current data lies from what the candidate was trained on. */
export interface DriftFigures {
  readonly rows: number;
  /** The feature that moved most, and how far in units of its 5–95 % span in training; absent where none can be compared. */
  readonly feature?: string | undefined;
  readonly shift?: number | undefined;
}

/** Whether what scores today can score with the candidate. */
export interface SignatureFigures {
  /** Inputs of the candidate that the workflow's rows do not have. */
  readonly missingInputs: readonly string[];
  /** Why its answers are not those of the workflow; undefined where they are. */
  readonly otherAnswers: string | undefined;
}

/** Alert episodes of the last weeks, champion against candidate. */
export interface ReplayFigures {
  readonly weeks: number;
  readonly episodes: number;
  /** Share of the episodes that are added, dropped or moved; null without an episode. */
  readonly changedShare: number | null;
}

/** All that the checks may be told; what is absent was not measured. */
export interface GateEvidence {
  readonly signature: SignatureFigures;
  readonly comparison: Comparison;
  readonly candidate?: CandidateFigures | undefined;
  /** Cost of acting on the alerts of each in the period of the common rows, sum over the groups. */
  readonly cost?: PairedDifference | undefined;
  readonly drift?: DriftFigures | undefined;
  readonly replay?: ReplayFigures | undefined;
}

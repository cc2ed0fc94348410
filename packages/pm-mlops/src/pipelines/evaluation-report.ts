import type { FleetConfig, WorkflowConfig } from 'pm-core';
import { describeOrigin, type Manifest } from 'pm-core/lake';
import type { Evaluation } from 'pm-core/metrics';
import type { FeatureSummary, ParityCertificate, Predictions } from 'pm-core/score';
import { stringify } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import type { Run } from '../mlflow/run.ts';
import {
  type EvaluationContent,
  evaluationReport,
  type FleetCostReport,
  type Importance,
} from '../report/index.ts';
import type { Workbench } from './base/workbench.ts';
import type { StoredScores } from './score-stored.ts';
import { evaluateRows } from './training/evaluate-rows.ts';
import type { LabeledRows, TrainingData } from './training/training-data.ts';
import { interval } from './training/training-run.ts';
import type { Metrics } from './training/workflow.ts';

export interface TrainedEvaluation {
  readonly run: Run;
  readonly data: TrainingData;
  /** Of the training rows. */
  readonly trainingFeatures: Readonly<Record<string, FeatureSummary>>;
  readonly predictions: Predictions;
  readonly evaluation: Evaluation;
  /** Without the calibration, where there is one. */
  readonly before: Evaluation | undefined;
  /** Of a second model on rows that are stricter to test on. */
  readonly strict: Metrics;
  readonly costs: FleetCostReport | undefined;
  readonly importances: readonly Importance[];
  readonly parity: ParityCertificate;
}

/** The page on a training, from what it has at hand: HTML. */
export function trainingReport(
  { lake }: Workbench,
  config: WorkflowConfig,
  { run, data: { split, train, test }, predictions, evaluation, strict, ...known }: TrainedEvaluation,
): Promise<string> {
  return evaluationReport({
    ...measured(config, test, predictions, evaluation),
    ...known,
    subject: `run ${run.runName}`,
    isUnseen: true,
    split,
    groupedRocAuc: strict.test_roc_auc_grouped,
    sources: [
      ['Run', run.runId],
      ['Raw rows', originOf(lake.manifest)],
      ['Training rows, digest', train.digest],
      ['Test rows, digest', test.digest],
      ...codeOf(run.tags['mlflow.source.git.commit'], packageJson.version),
    ],
    workflow: stringify(config),
  });
}

/** The page on a registered model over labelled rows of the lake: HTML. `importances` are those of its training, where known. */
export function storedReport(
  { lake }: Workbench,
  config: WorkflowConfig,
  { version, facts, rows, predictions, isUnseen }: StoredScores,
  importances: readonly Importance[] | undefined,
): Promise<string> {
  return evaluationReport({
    ...measured(config, rows, predictions, evaluateRows(rows, predictions)),
    name: version.modelName,
    subject: `version ${version.version}`,
    isUnseen,
    trainingFeatures: facts?.features,
    importances,
    parity: facts?.parity,
    sources: [
      ['Run', version.runId ?? 'not known'],
      ['Raw rows', originOf(lake.manifest)],
      ...(config.kind === 'fleet'
        ? [['Trained on cutoffs until', facts?.trainingInterval?.to ?? 'not known'] as const]
        : []),
      ['Test rows, digest', rows.digest],
      ...codeOf(undefined, facts?.packageVersion),
    ],
    workflow: stringify(facts?.config ?? config),
  });
}

type Measured = Omit<EvaluationContent, 'subject' | 'isUnseen' | 'sources' | 'workflow'>;

function measured(
  config: WorkflowConfig,
  rows: LabeledRows,
  { label, probabilities }: Predictions,
  evaluation: Evaluation,
): Measured {
  const { matrix, classes, timing } = rows;
  return {
    name: config.name,
    evaluation,
    rows: { classes, labels: rows.label, predicted: label, probabilities },
    matrix,
    ...(timing !== undefined && config.kind === 'fleet' && { timing: { ...timing, ...horizonOf(config) } }),
    interval: interval(rows),
    failuresByComponent: rows.failuresByComponent,
    minFailuresForVerdict: config.evaluate.minFailuresForVerdict,
  };
}

const horizonOf = ({ predictionWindowHours, features }: FleetConfig) => ({
  predictionWindowHours,
  stepHours: features.tumblingWindowHours,
});

function codeOf(commit: string | undefined, version: string | undefined): [string, string][] {
  return [
    ...(version === undefined ? [] : [['Package version', version] as [string, string]]),
    ...(commit === undefined ? [] : [['Git commit', commit] as [string, string]]),
  ];
}

const originOf = ({ origin, appended }: Manifest): string =>
  [...(origin === null ? [] : [origin]), ...appended].map(describeOrigin).join(' + ');

import { type Evaluation, formatEvaluation } from 'pm-core/metrics';
import type { ParityCertificate } from 'pm-core/score';
import { type ArtifactFolder, openArtifacts } from '../mlflow/artifacts.ts';
import type { MlflowClient } from '../mlflow/client.ts';
import type { Run } from '../mlflow/run.ts';

/** How much a feature matters to a forest. */
export interface Importance {
  readonly feature: string;
  /** Share of the impurity that splits on it removed in training; all features sum to 1. */
  readonly gain: number;
  /** How much the log loss on test rows rises when the feature's values are permuted among them. */
  readonly logLossRise: number;
}

/** Stores what a person looks at after a training as files of the run, below `evaluation/`. */
export async function logEvaluation(
  client: MlflowClient,
  run: Run,
  found: {
    readonly evaluation: Evaluation;
    readonly importances: readonly Importance[];
    readonly parity: ParityCertificate;
  },
): Promise<void> {
  const folder = openArtifacts(client, run.artifactUri);
  const { evaluation, importances, parity } = found;
  await writeText(folder, 'evaluation/evaluation.json', json(evaluation));
  await writeText(folder, 'evaluation/evaluation.txt', `${formatEvaluation(evaluation)}\n`);
  await writeText(folder, 'evaluation/confusion_matrix.csv', confusionCsv(evaluation));
  await writeText(folder, 'evaluation/feature_importances.csv', importancesCsv(importances));
  await writeText(folder, 'evaluation/parity_certificate.json', json(parity));
}

async function writeText(folder: ArtifactFolder, path: string, text: string): Promise<void> {
  await folder.retrying(() => folder.write(path, new Blob([text])));
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Rows are the true classes, columns the predicted ones. */
function confusionCsv({ classes, confusion }: Evaluation): string {
  const lines = classes.map((name, actual) =>
    [name, ...classes.map((_, predicted) => confusion[actual]![predicted])].join(','),
  );
  return [`actual,${classes.join(',')}`, ...lines, ''].join('\n');
}

/** The most important feature first. */
function importancesCsv(importances: readonly Importance[]): string {
  const lines = importances
    .toSorted((a, b) => b.gain - a.gain)
    .map(({ feature, gain, logLossRise }) => `${feature},${gain},${logLossRise}`);
  return ['feature,gain,permutation_log_loss_rise', ...lines, ''].join('\n');
}

import { type Evaluation, formatEvaluation } from 'pm-core/metrics';
import type { ParityCertificate } from 'pm-core/score';
import { type ArtifactFolder, openArtifacts } from '../../mlflow/artifacts.ts';
import type { MlflowClient } from '../../mlflow/client.ts';
import type { Run } from '../../mlflow/run.ts';
import { readArtifact } from '../../mlflow/transfer.ts';
import type { FleetCostReport, Importance } from '../../report/index.ts';

/** The importances as a file of the run. */
const IMPORTANCES_FILE = 'evaluation/feature_importances.csv';

/** What a person looks at after a training. */
export interface EvaluationFiles {
  readonly evaluation: Evaluation;
  /** What acting on the alerts would have cost; undefined where they have no price. */
  readonly costs: FleetCostReport | undefined;
  readonly importances: readonly Importance[];
  readonly parity: ParityCertificate;
  /** The page that shows all of it, HTML. */
  readonly report: string;
}

/** Stores it as files of the run, below `evaluation/`. */
export async function logEvaluation(
  client: MlflowClient,
  run: Run,
  { evaluation, costs, importances, parity, report }: EvaluationFiles,
): Promise<void> {
  const folder = openArtifacts(client, run.artifactUri);
  await writeText(folder, 'evaluation/evaluation.json', json({ ...evaluation, ...(costs && { costs }) }));
  await writeText(folder, 'evaluation/evaluation.txt', `${formatEvaluation(evaluation)}\n`);
  await writeText(folder, 'evaluation/confusion_matrix.csv', confusionCsv(evaluation));
  await writeText(folder, IMPORTANCES_FILE, importancesCsv(importances));
  await writeText(folder, 'evaluation/parity_certificate.json', json(parity));
  await writeText(folder, 'evaluation/report.html', report);
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

/** The importances that a training stored with its run; undefined where there are none. */
export async function readImportances(client: MlflowClient, run: Run): Promise<Importance[] | undefined> {
  const folder = openArtifacts(client, run.artifactUri);
  const files = await folder.retrying(() => folder.list('evaluation'));
  if (!files.some(({ path }) => path === IMPORTANCES_FILE)) return undefined;
  const text = await readArtifact(folder, IMPORTANCES_FILE);
  return `${text}`
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .map(([feature, gain, rise]) => ({ feature: feature!, gain: Number(gain), logLossRise: Number(rise) }));
}

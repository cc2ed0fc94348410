import { CLASSES, countText, type FleetConfig, UserError } from 'pm-core';
import { type FeatureRows, featureNames, readFeatureMatrix } from 'pm-core/features';
import { type Predictions, scoreColumns } from 'pm-core/score';
import type { MlflowClient } from '../mlflow/client.ts';
import type { ModelPackage } from '../mlflow/model-package/index.ts';
import { resolveModelUri } from '../mlflow/model-uri.ts';
import type { ModelVersion } from '../mlflow/model-version.ts';
import type { PipelineContext } from './base/context.ts';
import { inPeriod } from './base/period.ts';
import { inTemporaryFolder } from './base/temporary-folder.ts';
import type { Workbench } from './base/workbench.ts';
import { type DerivedTable, ensureFeatures } from './fleet/feature-tables.ts';
import { adviserOf } from './scoring/advise-rows.ts';
import { type DueWindows, findDueWindows } from './scoring/due-windows.ts';
import { type MachineRisk, machineRisks, type SilentMachine } from './scoring/machine-risks.ts';
import { newestPredictions } from './scoring/newest-predictions.ts';
import { checkResultsTable, writeScoredRows } from './scoring/scored-table.ts';
import { fetchModelPackage } from './versions/model-artifact.ts';
import { openModel } from './versions/open-model.ts';

export interface ScoreRequest {
  readonly modelUri: string;
  /** First and last cutoff to score, both included; every row of the lake without them. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly resultsTable: string;
  /** Only windows without a prediction from their present feature values: {@link findDueWindows}. */
  readonly onlyNew: boolean;
}

export interface ScoreResult {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly scoredRows: number;
  /** What became of the feature table first. */
  readonly features: DerivedTable;
  /** Null where every row was asked for. */
  readonly due: DueWindows | null;
  readonly resultsTable: string;
  readonly risks: readonly MachineRisk[];
  /** Machines without a reading in the 36 h before the lake's last one. */
  readonly notScored: readonly SilentMachine[];
}

/**
 * Scores feature rows with a registered model; no label is needed and training dates do not matter. The version's earlier
 * predictions of the same period are replaced, all others stay. With `onlyNew` a window keeps its row until its feature
 * values change; the risks are then those of each machine's newest row in the results table.
 * @throws UserError `model-not-found`, `unsupported-model`, `missing-columns`, `no-rows-to-score`, `bad-table-name`.
 */
export async function score(
  bench: Workbench,
  client: MlflowClient,
  context: PipelineContext<FleetConfig>,
  request: ScoreRequest,
): Promise<ScoreResult> {
  const { config, step } = context;
  checkResultsTable(request.resultsTable, bench.lake.manifest);
  const version = await resolveModelUri(client, request.modelUri);
  const { rows, predictions, due, adviser, features } = await inTemporaryFolder(async (folder) => {
    const model = await step('load the model', () => fetchModelPackage(client, version, folder));
    checkInputs(model, config, version);
    const features = await step('bring the features up to date', () => ensureFeatures(bench, config));
    const due = request.onlyNew
      ? await step('find new windows', () => findDueWindows(bench, config, version, request))
      : null;
    const found = await step('read the rows', () => readRows(bench, context, request));
    const label = `score ${countText(found.matrix.rowCount)} rows`;
    return {
      due,
      features,
      rows: found,
      predictions: await step(label, () => predictRows(model, found, version)),
      adviser: adviserOf(model.facts),
    };
  });
  const scored = { rows, predictions, version, config, request, adviser, scoredAt: context.now() };
  if (rows.matrix.rowCount > 0) await step('write the results', () => writeScoredRows(bench, scored));
  const shown = due === null ? scored : await newestPredictions(bench, version, request);
  return {
    modelName: version.modelName,
    modelVersion: version.version,
    scoredRows: rows.matrix.rowCount,
    features,
    due,
    resultsTable: request.resultsTable,
    ...(await machineRisks(bench, shown.rows, { ...shown.predictions, adviser })),
  };
}

/** Before anything is computed: a workflow whose features are not the model's changes nothing. @throws UserError `missing-columns` */
function checkInputs(
  { signature }: ModelPackage,
  config: FleetConfig,
  { modelName, version }: ModelVersion,
): void {
  const inputs = signature.inputs.map(({ name }) => name);
  scoreColumns(inputs, featureNames(config), `${modelName} version ${version}`);
}

async function readRows(
  { engine }: Workbench,
  { config }: PipelineContext<FleetConfig>,
  request: ScoreRequest,
): Promise<FeatureRows> {
  const wanted = request.onlyNew
    ? 'changed_features SEMI JOIN due_windows USING (machine_id, window_end)'
    : `features WHERE ${inPeriod(request)}`;
  const select = `SELECT *, NULL AS label FROM ${wanted}`;
  const rows = await readFeatureMatrix(engine, select, featureNames(config));
  if (rows.matrix.rowCount > 0 || request.onlyNew) return rows;
  throw new UserError('no-rows-to-score', 'The lake has no feature row in the period asked for.', {
    next: 'Widen --from and --to, or ingest data of that period.',
  });
}

async function predictRows(
  model: ModelPackage,
  { matrix }: FeatureRows,
  { modelName, version }: ModelVersion,
): Promise<Predictions> {
  const scorer = await openModel(model, { classes: CLASSES, name: `${modelName} version ${version}` });
  try {
    return await scorer.score(matrix);
  } finally {
    await scorer.close();
  }
}

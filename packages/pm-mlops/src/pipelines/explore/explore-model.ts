import { classesOf, UserError, type WorkflowConfig } from 'pm-core';
import type { MlflowClient } from '../../mlflow/client.ts';
import type { ModelVersion } from '../../mlflow/model-version.ts';
import { modelVersions } from '../../mlflow/model-versions.ts';
import { findRegisteredModel } from '../../mlflow/registered-models.ts';
import type { Run } from '../../mlflow/run.ts';
import { getRun } from '../../mlflow/runs.ts';
import type { ModelExploration, VersionFigure } from '../../report/explore/index.ts';
import { readImportances } from '../training/training-artifacts.ts';

/** Versions before the newest that the history shows. */
const SHOWN_VERSIONS = 30;

/** The version in Production (else Staging, else the newest) with what its run logged, and those before it. */
export async function exploreModel(client: MlflowClient, config: WorkflowConfig): Promise<ModelExploration> {
  const versions =
    (await findRegisteredModel(client, config.name)) && (await modelVersions(client, config.name));
  if (versions === undefined || versions.length === 0) {
    throw new UserError('model-not-found', `No version of ${config.name} is registered.`, {
      next: 'pm train',
    });
  }
  const shown = versions.toSorted((a, b) => Number(b.version) - Number(a.version)).slice(0, SHOWN_VERSIONS);
  const chosen =
    ['Production', 'Staging'].flatMap((stage) => shown.filter((one) => one.stage === stage))[0] ?? shown[0]!;
  const [scoreKey, scoreName] = SCORES[config.kind];
  const history: VersionFigure[] = [];
  for (const one of shown) history.push(figureOf(one, await runOf(client, one), scoreKey));
  const run = await runOf(client, chosen);
  const metrics = Object.entries(run?.metrics ?? {}).filter(([key]) => key.startsWith('test_'));
  return {
    version: chosen.version,
    stage: chosen.stage,
    // What a promotion adds to it stands behind an empty line.
    description: chosen.description.split('\n\n')[0]!,
    scoreName,
    history,
    metrics: Object.fromEntries(metrics),
    params: run?.params ?? {},
    classes: classesOf(config),
    importances: run && (await readImportances(client, run)),
  };
}

const SCORES = {
  fleet: ['test_macro_f1', 'Macro F1'],
  tabular: ['test_roc_auc', 'ROC AUC'],
} as const;

/** The run that made a version; undefined where it is gone or elsewhere. */
async function runOf(client: MlflowClient, { runId }: ModelVersion): Promise<Run | undefined> {
  return runId === undefined ? undefined : getRun(client, runId).catch(() => undefined);
}

const figureOf = (
  { version, stage, createdAtMs }: ModelVersion,
  run: Run | undefined,
  scoreKey: string,
): VersionFigure => ({
  version,
  stage,
  createdAt: new Date(createdAtMs).toISOString(),
  algorithm: run?.params['model.algorithm'] ?? '',
  score: run?.metrics[scoreKey] ?? null,
});

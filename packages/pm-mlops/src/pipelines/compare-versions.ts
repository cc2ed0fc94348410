import { COMPONENTS, UserError } from 'pm-core';
import type { Evaluation } from 'pm-core/metrics';
import { openScorer } from 'pm-core/score';
import type { ModelPackage } from '../mlflow/model-package/index.ts';
import type { ModelVersion } from '../mlflow/model-version.ts';
import type { PipelineContext } from './context.ts';
import type { Contest, VersionFigures } from './decide-promotion.ts';
import { evaluateRows } from './evaluate-rows.ts';
import { ensureLabels } from './feature-tables.ts';
import { FLEET_TAG, fleetOf } from './model-content.ts';
import { type LabeledRows, readLabeledRows } from './training-data.ts';
import type { Workbench } from './workbench.ts';

export interface LoadedVersion {
  readonly version: ModelVersion;
  readonly model: ModelPackage;
}

/**
 * Scores two versions on the labelled rows of the lake that neither was trained on: from the later of the two test
 * starts on, where a version of another fleet has seen none of the rows.
 */
export async function compareVersions(
  bench: Workbench,
  { config }: PipelineContext,
  { candidate, champion }: { candidate: LoadedVersion; champion: LoadedVersion },
): Promise<Contest> {
  const windows = [candidate, champion].map(({ model }) => model.facts?.predictionWindowHours);
  if (windows.some((hours) => hours !== config.predictionWindowHours)) {
    return {
      incomparable: `their prediction windows are ${windows.map((hours) => hours ?? 'unknown').join(' h and ')} h`,
    };
  }
  await ensureLabels(bench, config);
  const from = testStart([candidate, champion], fleetOf(bench.lake.manifest));
  const rows = await readLabeledRows(bench, config, { from });
  if (rows.matrix.rowCount === 0) return { incomparable: 'there is no test row that neither was trained on' };
  try {
    return {
      rows: rows.matrix.rowCount,
      failuresByComponent: rows.failuresByComponent,
      candidate: await figures(candidate, rows),
      champion: await figures(champion, rows),
    };
  } catch (error) {
    if (error instanceof UserError && error.code === 'missing-columns')
      return { incomparable: error.message };
    throw error;
  }
}

/** Evaluates a stored model on labelled rows. @throws UserError `missing-columns` */
export async function evaluateStored({ model }: LoadedVersion, rows: LabeledRows): Promise<Evaluation> {
  const scorer = await openScorer(model.modelPath);
  try {
    return evaluateRows(rows, await scorer.score(rows.matrix));
  } finally {
    await scorer.close();
  }
}

/** The first cutoff that none of these versions of this fleet was trained on; undefined where all rows are new to them. */
export function testStart(versions: readonly LoadedVersion[], fleet: string): string | undefined {
  const starts = versions
    .filter(({ version }) => version.tags[FLEET_TAG] === fleet)
    .map(({ version }) => version.tags['pm.test_from'] ?? '9999-12-31T00:00:00');
  return starts.toSorted().at(-1);
}

async function figures(loaded: LoadedVersion, rows: LabeledRows): Promise<VersionFigures> {
  const { macro, byClass } = await evaluateStored(loaded, rows);
  const f1Of = (component: string) => byClass.find(({ name }) => name === component)?.f1;
  return {
    version: loaded.version.version,
    macroF1: macro.f1 ?? undefined,
    f1ByComponent: Object.fromEntries(
      COMPONENTS.flatMap((name) => (f1Of(name) == null ? [] : [[name, f1Of(name)!]])),
    ),
  };
}

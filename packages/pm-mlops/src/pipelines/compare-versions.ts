import {
  CLASSES,
  COMPONENTS,
  formatTimestamp,
  parseTimestamp,
  timestampMs,
  UserError,
  type WorkflowConfig,
} from 'pm-core';
import type { Predictions } from 'pm-core/score';
import type { ModelPackage } from '../mlflow/model-package/index.ts';
import type { ModelVersion } from '../mlflow/model-version.ts';
import type { PipelineContext } from './context.ts';
import type { Contest, VersionFigures } from './decide-promotion.ts';
import { evaluateRows } from './evaluate-rows.ts';
import { ensureLabels } from './feature-tables.ts';
import { FLEET_TAG, fleetOf } from './model-content.ts';
import { openModel } from './open-model.ts';
import { type LabeledRows, readLabeledRows } from './training-data.ts';
import type { Workbench } from './workbench.ts';

/** Tags that a version from elsewhere needs before it can be held against another. */
const WINDOW_TAG = 'pm.prediction_window_hours';
const TEST_FROM_TAG = 'pm.test_from';

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
  const versions = [candidate, champion];
  const unfit = versions.flatMap((loaded) => otherWindow(loaded, config));
  if (unfit[0] !== undefined) return { incomparable: unfit[0] };
  const start = testStart(versions, fleetOf(bench.lake.manifest));
  if ('unknown' in start) return { incomparable: start.unknown };
  await ensureLabels(bench, config);
  const rows = await readLabeledRows(bench, config, start);
  if (rows.matrix.rowCount === 0) return { incomparable: 'there is no test row that neither was trained on' };
  try {
    return {
      rows: rows.matrix.rowCount,
      failuresByComponent: rows.failuresByComponent,
      candidate: await figures(candidate, rows),
      champion: await figures(champion, rows),
    };
  } catch (error) {
    if (error instanceof UserError && ['missing-columns', 'unsupported-model'].includes(error.code))
      return { incomparable: error.message };
    throw error;
  }
}

/** What a stored model says of labelled rows. @throws UserError `missing-columns`, `unsupported-model` */
export async function scoreStored(
  { model, version: { modelName, version } }: LoadedVersion,
  rows: LabeledRows,
): Promise<Predictions> {
  const scorer = await openModel(model, { classes: CLASSES, name: `${modelName} version ${version}` });
  try {
    return await scorer.score(rows.matrix);
  } finally {
    await scorer.close();
  }
}

/**
 * The first cutoff that none of these versions was trained on (undefined where all rows are new to them), or a sentence on the
 * version of which nothing says that. A version of another fleet has seen no row; one that names no fleet may have.
 */
export function testStart(
  versions: readonly LoadedVersion[],
  fleet: string,
): { readonly from: string | undefined } | { readonly unknown: string } {
  const starts: string[] = [];
  for (const loaded of versions) {
    const { tags, version } = loaded.version;
    if ((tags[FLEET_TAG] ?? fleet) !== fleet) continue;
    const start = ownTestStart(loaded);
    if (start === undefined) {
      const tag = `its tag ${TEST_FROM_TAG} (2015-09-08T06:00:00) would`;
      return { unknown: `nothing says which rows version ${version} was trained on; ${tag}` };
    }
    starts.push(start);
  }
  return { from: starts.toSorted().at(-1) };
}

/** As its tag says; or one prediction window after its last training row. */
function ownTestStart({ version, model }: LoadedVersion): string | undefined {
  const tagged = version.tags[TEST_FROM_TAG];
  if (tagged !== undefined) return parseTimestamp(tagged);
  const { trainingInterval, predictionWindowHours } = model.facts ?? {};
  if (!trainingInterval || predictionWindowHours === undefined) return undefined;
  return formatTimestamp(timestampMs(trainingInterval.to) + predictionWindowHours * 3_600_000);
}

/** Why a version's labels are not those of the workflow; its tag tells of a model from elsewhere. */
function otherWindow({ version, model }: LoadedVersion, config: WorkflowConfig): string[] {
  const { predictionWindowHours: wanted } = config;
  const own = model.facts?.predictionWindowHours ?? version.tags[WINDOW_TAG];
  const about = `the prediction window of version ${version.version}`;
  if (own === undefined) return [`nothing says ${about}; its tag ${WINDOW_TAG} (${wanted}) would`];
  return Number(own) === wanted ? [] : [`${about} is ${own} h, not ${wanted} h`];
}

async function figures(loaded: LoadedVersion, rows: LabeledRows): Promise<VersionFigures> {
  const { macro, byClass } = evaluateRows(rows, await scoreStored(loaded, rows));
  const f1Of = (component: string) => byClass.find(({ name }) => name === component)?.f1;
  return {
    version: loaded.version.version,
    macroF1: macro.f1 ?? undefined,
    f1ByComponent: Object.fromEntries(
      COMPONENTS.flatMap((name) => (f1Of(name) == null ? [] : [[name, f1Of(name)!]])),
    ),
  };
}

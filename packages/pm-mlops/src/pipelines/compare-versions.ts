import { COMPONENTS, UserError } from 'pm-core';
import type { Predictions } from 'pm-core/score';
import type { PipelineContext } from './context.ts';
import type { Contest, VersionFigures } from './decide-promotion.ts';
import { evaluateRows } from './evaluate-rows.ts';
import { openModel } from './open-model.ts';
import type { LabeledRows } from './training-data.ts';
import type { Workbench } from './workbench.ts';
import type { LoadedVersion } from './workflow.ts';
import { workflowOf } from './workflow-of.ts';

/** Scores two versions on the labelled rows of the lake that neither was trained on. */
export async function compareVersions(
  bench: Workbench,
  context: PipelineContext,
  { candidate, champion }: { candidate: LoadedVersion; champion: LoadedVersion },
): Promise<Contest> {
  const workflow = workflowOf(context);
  const versions = [candidate, champion];
  const mismatch = versions.map(workflow.labelMismatch).find((why) => why !== undefined);
  if (mismatch !== undefined) return { incomparable: mismatch };
  const { rows, doubt } = await workflow.rowsToJudge(bench, versions, { table: 'features' });
  if (doubt !== undefined) return { incomparable: doubt };
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
  const scorer = await openModel(model, { classes: rows.classes, name: `${modelName} version ${version}` });
  try {
    return await scorer.score(rows.matrix);
  } finally {
    await scorer.close();
  }
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

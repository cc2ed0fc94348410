import type { Predictions } from 'pm-core/score';
import type { LabeledRows } from '../training/training-data.ts';
import type { LoadedVersion } from '../training/workflow.ts';
import { openModel } from './open-model.ts';

/** What a stored model says of labelled rows. @throws UserError `missing-columns`, `unsupported-model` */
export async function scoreStored(
  { model, version: { modelName, version } }: LoadedVersion,
  rows: Pick<LabeledRows, 'matrix' | 'classes'>,
): Promise<Predictions> {
  const scorer = await openModel(model, { classes: rows.classes, name: `${modelName} version ${version}` });
  try {
    return await scorer.score(rows.matrix);
  } finally {
    await scorer.close();
  }
}

import { UserError } from 'pm-core';
import { matrixOfRows } from 'pm-core/score';
import { type ModelPackage, matrixOfExample, smokeCheck } from '../mlflow/model-package/index.ts';
import { openModel } from './open-model.ts';

/**
 * Loads a stored model and lets it predict its input example. A model of ours must repeat what its forest said at training; one
 * from elsewhere, with nothing to compare with, must give a class and probabilities that sum to 1 (for a row of zeros, where it
 * came without an example).
 * @throws UserError `smoke-check-failed`, and what {@link openModel} throws.
 */
export async function tryModel(
  model: ModelPackage,
  known: { readonly classes: readonly string[]; readonly name: string },
): Promise<void> {
  if (model.facts !== undefined) await smokeCheck(model.directory);
  const { length: classCount } = known.classes;
  const scorer = await openModel(model, known);
  try {
    const { probabilities } = await scorer.score(exampleRows(model));
    for (let at = 0; at < probabilities.length; at += classCount) {
      const sum = probabilities.subarray(at, at + classCount).reduce((total, value) => total + value, 0);
      if (Math.abs(sum - 1) <= 1e-3) continue;
      throw new UserError(
        'smoke-check-failed',
        `${known.name}: the probabilities of row ${at / classCount} of its input example sum to ${sum}, not 1.`,
      );
    }
  } finally {
    await scorer.close();
  }
}

function exampleRows({ inputExample, signature }: ModelPackage) {
  if (inputExample !== undefined) return matrixOfExample(inputExample);
  const names = signature.inputs.map(({ name }) => name);
  return matrixOfRows([names.map(() => 0)], names);
}

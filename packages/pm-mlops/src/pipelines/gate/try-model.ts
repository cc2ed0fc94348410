import { UserError } from 'pm-core';
import type { FeatureMatrix } from 'pm-core/features';
import { matrixOfRows } from 'pm-core/score';
import { type ModelPackage, matrixOfExample, smokeCheck } from '../../mlflow/model-package/index.ts';
import { openModel } from '../versions/open-model.ts';

/**
 * Loads a stored model and lets it predict its input example. A model of ours must repeat what its forest said at training; one
 * from elsewhere, with nothing to compare with, must give classes, and probabilities that sum to 1, for its example and for rows of
 * zeros and of nulls: a feature may be null.
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
    for (const rows of triedRows(model)) {
      const { probabilities } = await scorer.score(rows);
      for (let at = 0; at < probabilities.length; at += classCount) {
        checkSum(probabilities.subarray(at, at + classCount), known.name);
      }
    }
  } finally {
    await scorer.close();
  }
}

function checkSum(probabilities: Float32Array, name: string): void {
  const sum = probabilities.reduce((total, value) => total + value, 0);
  if (Math.abs(sum - 1) <= 1e-3) return;
  throw new UserError('smoke-check-failed', `${name}: the probabilities of a row sum to ${sum}, not 1.`);
}

function triedRows({ inputExample, signature }: ModelPackage): FeatureMatrix[] {
  const names = signature.inputs.map(({ name }) => name);
  const simple = matrixOfRows([names.map(() => 0), names.map(() => Number.NaN)], names);
  return inputExample === undefined ? [simple] : [matrixOfExample(inputExample), simple];
}

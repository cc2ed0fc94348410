import { UserError } from 'pm-core';
import { openScorer, type Predictions } from 'pm-core/score';
import { matrixOfExample } from './input-example.ts';
import { readModelPackage } from './read-model-package.ts';
import type { TrainingFacts } from './training-facts.ts';

const TOLERANCE = 1e-6;

export interface SmokeCheck {
  /** Rows of the input example. */
  readonly rows: number;
  readonly maxProbabilityDifference: number;
}

/**
 * Loads the stored model, lets it predict its input example, and compares with what the forest said at training: the same
 * labels, probabilities within 1e-6.
 * @throws UserError `smoke-check-failed` with the difference, or because the package has nothing to compare with; and what
 * readModelPackage and openScorer throw.
 */
export async function smokeCheck(directory: string): Promise<SmokeCheck> {
  const { modelPath, inputExample, facts } = await readModelPackage(directory);
  if (inputExample === undefined || facts === undefined || inputExample.data.length === 0) {
    throw failed(directory, 'it has no input example with stored predictions to compare with');
  }
  const scorer = await openScorer(modelPath);
  try {
    const actual = await scorer.score(matrixOfExample(inputExample));
    return compare(actual, facts.expectedPredictions, directory);
  } finally {
    await scorer.close();
  }
}

function compare(
  actual: Predictions,
  expected: TrainingFacts['expectedPredictions'],
  directory: string,
): SmokeCheck {
  const probabilities = expected.probabilities.flat();
  if (actual.label.length !== expected.label.length || actual.probabilities.length !== probabilities.length) {
    throw failed(directory, `it gives ${actual.label.length} rows, not ${expected.label.length}`);
  }
  const row = expected.label.findIndex((label, index) => label !== actual.label[index]);
  if (row >= 0) {
    throw failed(
      directory,
      `row ${row} of its input example gets label ${actual.label[row]}, not ${expected.label[row]}`,
    );
  }
  const differences = probabilities.map((value, at) =>
    Math.abs(value - (actual.probabilities[at] as number)),
  );
  const maxProbabilityDifference = Math.max(...differences);
  if (!(maxProbabilityDifference <= TOLERANCE)) {
    throw failed(directory, `a probability differs by ${maxProbabilityDifference}`);
  }
  return { rows: expected.label.length, maxProbabilityDifference };
}

function failed(directory: string, why: string): UserError {
  return new UserError('smoke-check-failed', `the model in ${directory} failed its smoke check: ${why}.`, {
    next: 'Train it again; a model that fails is not promoted.',
  });
}

import type { TreeEnsemble } from '../forest/tree-ensemble.ts';
import { calibrationRows } from './calibration-rows.ts';
import type { OnnxAnswerer } from './onnx-answer.ts';
import { answerOfUnits } from './reference-answer.ts';

/** Of each curve, so many thresholds. */
const MAX_STEPS = 100;

/** How a runtime's answers to sums of units at the steps of the calibration differ from the definition; no rows without one. */
export async function compareCalibration(
  ensemble: TreeEnsemble,
  answerer: OnnxAnswerer,
  { seed }: { seed: number },
): Promise<{ rows: number; labelDifferences: number; maxProbabilityDifference: number }> {
  const found = { rows: 0, labelDifferences: 0, maxProbabilityDifference: 0 };
  if (ensemble.calibration === undefined) return found;
  const rows = calibrationRows(ensemble, ensemble.calibration, { seed, maxSteps: MAX_STEPS });
  const { label, probabilities } = await answerer.answerToUnits(rows);
  rows.forEach((units, row) => {
    const expected = answerOfUnits(ensemble, Float64Array.from(units));
    if (expected.label !== label[row]) found.labelDifferences++;
    expected.probabilities.forEach((probability, c) => {
      const difference = Math.abs(Math.fround(probability) - probabilities[row * units.length + c]);
      // A NaN counts as the largest difference there is.
      if (!(difference <= found.maxProbabilityDifference)) found.maxProbabilityDifference = difference || 1;
    });
  });
  return { ...found, rows: rows.length };
}

import { UserError } from '../errors.ts';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { type Predictions, predict, type TreeEnsemble } from '../forest/index.ts';
import { treeOrder } from '../onnx/index.ts';
import { deriveSeed } from '../random.ts';
import { adversarialRows } from './adversarial-rows.ts';
import { compareCalibration } from './compare-calibration.ts';
import { matrixOfRows, sampleRows } from './matrix-rows.ts';
import { type OnnxAnswer, type OnnxAnswerer, openAnswerer } from './onnx-answer.ts';
import type { OpenSession } from './onnx-session.ts';
import type { ParityCertificate } from './parity-certificate.ts';
import { referenceAnswer } from './reference-answer.ts';
import { selectFeatures } from './select-features.ts';

/** Largest difference of a probability; where units are whole there is none. */
const TOLERANCE = 1e-6;
const BATCH_ROWS = 2048;
/** Threads of the forest's own predictor; no result depends on it. */
const WORKERS = 2;
/** Rows that are scored one at a time too: a runtime goes another way through the trees for a single row. */
const ROWS_ALONE = 64;

export interface ParityOptions {
  /** Real rows to choose from. */
  readonly sample: FeatureMatrix;
  readonly seed: number;
  /** At most so many real rows, and so many at thresholds. */
  readonly maxRows?: number;
  readonly openSession?: OpenSession;
}

/**
 * Shows that an exported model answers as its forest does: the same leaf of every tree and the same label in each row, real and
 * adversarial, and probabilities within 1e-6. Sums can hide a wrong leaf, so the trees in the bytes are run a second time
 * with leaf positions for weights. A calibration is run once more from sums of units that lie at its steps, which rows seldom do.
 * @throws UserError `parity-failed` with the differences, `not-a-forest-model`, and what `openScorer` throws.
 */
export async function certifyParity(
  ensemble: TreeEnsemble,
  onnx: Uint8Array,
  { sample, seed, maxRows = 10_000, openSession }: ParityOptions,
): Promise<ParityCertificate> {
  const real = sampleRows(selectFeatures(sample, ensemble.featureNames, 'the forest'), maxRows, seed);
  const maxBranches = Math.ceil(maxRows / 4);
  const made = adversarialRows(ensemble, real, { seed: deriveSeed(seed, 1), maxBranches });
  const answerer = await openAnswerer(onnx, openSession);
  try {
    const differences = await findDifferences(ensemble, [...real, ...made], answerer);
    const calibration = await compareCalibration(ensemble, answerer, { seed: deriveSeed(seed, 2) });
    differences.labelDifferences += calibration.labelDifferences;
    differences.maxProbabilityDifference = Math.max(
      differences.maxProbabilityDifference,
      calibration.maxProbabilityDifference,
    );
    refuseDifferences(differences, answerer.runtime);
    const { tiedRows, maxProbabilityDifference } = differences;
    return {
      passed: true,
      runtime: answerer.runtime,
      seed,
      rows: real.length,
      adversarialRows: made.length,
      tiedRows,
      calibrationRows: calibration.rows,
      trees: ensemble.roots.length,
      leafDifferences: 0,
      labelDifferences: 0,
      maxProbabilityDifference,
    };
  } finally {
    await answerer.close();
  }
}

interface Differences {
  leafDifferences: number;
  labelDifferences: number;
  maxProbabilityDifference: number;
  tiedRows: number;
}

/** The judges: the trees walked by the letter for leaves and ties, the forest's own predictor for labels and probabilities. */
async function findDifferences(
  ensemble: TreeEnsemble,
  rows: readonly Float32Array[],
  answerer: OnnxAnswerer,
): Promise<Differences> {
  const order = treeOrder(ensemble);
  const predicted = await predict(ensemble, matrixOfRows(rows, ensemble.featureNames), { workers: WORKERS });
  const found = { leafDifferences: 0, labelDifferences: 0, maxProbabilityDifference: 0, tiedRows: 0 };
  const compareFrom = async (start: number, end: number, batchRows: number) => {
    const part = rows.slice(start, end);
    const walked = referenceAnswer(ensemble, order, part);
    const actual = await answerer.answer(part, batchRows);
    addDifferences(found, { leaves: walked.leaves, ...partOf(predicted, start, end) }, actual);
    return walked.tiedRows;
  };
  for (let start = 0; start < rows.length; start += BATCH_ROWS) {
    found.tiedRows += await compareFrom(start, Math.min(start + BATCH_ROWS, rows.length), BATCH_ROWS);
  }
  await compareFrom(Math.max(0, rows.length - ROWS_ALONE), rows.length, 1);
  return found;
}

function partOf({ label, probabilities }: Predictions, start: number, end: number): Predictions {
  const classCount = probabilities.length / label.length;
  return {
    label: label.subarray(start, end),
    probabilities: probabilities.subarray(start * classCount, end * classCount),
  };
}

function addDifferences(
  found: Differences,
  expected: Predictions & { readonly leaves: Int32Array },
  actual: OnnxAnswer,
): void {
  found.leafDifferences += countDifferences(expected.leaves, actual.leaves);
  found.labelDifferences += countDifferences(expected.label, actual.label);
  expected.probabilities.forEach((probability, at) => {
    const difference = Math.abs(probability - actual.probabilities[at]);
    // A NaN counts as the largest difference there is.
    if (!(difference <= found.maxProbabilityDifference)) found.maxProbabilityDifference = difference || 1;
  });
}

/** An answer of another length differs in every place. */
function countDifferences(expected: Int32Array | Uint8Array, actual: Float32Array | Uint8Array): number {
  if (expected.length !== actual.length) return Math.max(expected.length, actual.length);
  let differences = 0;
  for (let at = 0; at < expected.length; at++) if (expected[at] !== actual[at]) differences++;
  return differences;
}

function refuseDifferences(found: Differences, runtime: string): void {
  const { leafDifferences, labelDifferences, maxProbabilityDifference } = found;
  if (leafDifferences === 0 && labelDifferences === 0 && maxProbabilityDifference <= TOLERANCE) return;
  throw new UserError(
    'parity-failed',
    `${runtime} does not answer as the forest does: ${leafDifferences} rows end in another leaf of a tree, ${labelDifferences} labels differ, a probability differs by ${maxProbabilityDifference}.`,
    {
      next: 'The model is not registered. Install the onnxruntime-node that the lockfile names and train again.',
    },
  );
}

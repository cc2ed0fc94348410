import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { binCodes } from './bin-code.ts';
import { addLeafUnits, type CodedBlock, codedTrees, thresholdsInUse } from './coded-trees.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';
import { type UnitProbabilities, unitProbabilities } from './unit-probabilities.ts';

/** Where predictions are written, in shared memory. */
export interface PredictionBuffers {
  /** rows × classes, row-major. */
  readonly probabilities: Float32Array<SharedArrayBuffer>;
  readonly label: Uint8Array<SharedArrayBuffer>;
}

/** Rows that go through one tree after the other: few enough for their codes and sums to stay in a core's cache. */
const BLOCK_ROWS = 1024;

/**
 * Makes a function that predicts the rows from ≤ i < to. Values become codes of the ensemble's own thresholds first, which
 * decide each split as the values do and are smaller.
 */
export function createBlockPredictor(
  ensemble: TreeEnsemble,
  matrix: FeatureMatrix,
  into: PredictionBuffers,
): (from: number, to: number) => void {
  const thresholds = thresholdsInUse(ensemble);
  const trees = codedTrees(ensemble, thresholds);
  const toProbabilities = unitProbabilities(ensemble);
  const block = allocateBlock(BLOCK_ROWS, ensemble);
  const rows = new Int32Array(BLOCK_ROWS);
  return (from, to) => {
    for (let start = from; start < to; start += BLOCK_ROWS) {
      const rowCount = Math.min(BLOCK_ROWS, to - start);
      for (let i = 0; i < rowCount; i++) rows[i] = start + i;
      encodeBlock(block, matrix, thresholds, rows.subarray(0, rowCount));
      block.sums.fill(0);
      for (const tree of trees) addLeafUnits(block, tree, ensemble.leafUnits, rowCount);
      writePredictions(into, block, toProbabilities, start, rowCount);
    }
  };
}

/** Room for the rows of a block, rounded up to a multiple of four. */
function allocateBlock(rowCount: number, { featureNames, classes }: TreeEnsemble): CodedBlock {
  const room = Math.ceil(rowCount / 4) * 4;
  return {
    codes: new Uint16Array(room * featureNames.length),
    featureCount: featureNames.length,
    sums: new Int32Array(room * classes.length),
    classCount: classes.length,
  };
}

/** Writes the codes by the given thresholds; the block's row i is the matrix's row `rows[i]`. */
export function encodeBlock(
  { codes, featureCount }: Pick<CodedBlock, 'codes' | 'featureCount'>,
  matrix: FeatureMatrix,
  thresholds: readonly Float32Array[],
  rows: Int32Array,
): void {
  thresholds.forEach((bounds, feature) => {
    binCodes(matrix.columns[feature], rows, bounds, codes, feature, featureCount);
  });
}

function writePredictions(
  into: { readonly probabilities: Float32Array; readonly label: Uint8Array },
  { sums, classCount }: CodedBlock,
  toProbabilities: UnitProbabilities,
  start: number,
  rowCount: number,
): void {
  for (let i = 0; i < rowCount; i++) {
    const at = (start + i) * classCount;
    into.label[start + i] = toProbabilities(sums, i * classCount, into.probabilities, at);
  }
}

import type { FeatureMatrix } from '../../features/feature-matrix.ts';
import { isBoosted, type TreeEnsemble } from '../tree-ensemble.ts';

/** The leaf that a row of values reaches in a tree, by the words of TreeEnsemble's contract. */
export function naiveLeaf(ensemble: TreeEnsemble, root: number, matrix: FeatureMatrix, row: number): number {
  let node = root;
  while (ensemble.feature[node] !== -1) {
    const value = matrix.columns[ensemble.feature[node]][row];
    const goesLeft = Number.isNaN(value)
      ? ensemble.nullGoesLeft[node] === 1
      : value <= ensemble.threshold[node];
    node = goesLeft ? ensemble.left[node] : ensemble.right[node];
  }
  return ensemble.left[node];
}

/** Row by row, tree by tree. */
export function naivePredict(
  ensemble: TreeEnsemble,
  matrix: FeatureMatrix,
): { probabilities: Float32Array; label: Uint8Array } {
  const classCount = ensemble.classes.length;
  const probabilities = new Float32Array(matrix.rowCount * classCount);
  const label = new Uint8Array(matrix.rowCount);
  for (let row = 0; row < matrix.rowCount; row++) {
    const units = new Array<number>(classCount).fill(0);
    for (const root of ensemble.roots) {
      const leaf = naiveLeaf(ensemble, root, matrix, row);
      for (let c = 0; c < classCount; c++) units[c] += ensemble.leafUnits[leaf * classCount + c];
    }
    const powers = isBoosted(ensemble) ? units.map((sum) => Math.exp(sum / ensemble.unitsPerOne)) : units;
    const total = powers.reduce((sum, power) => sum + power, 0);
    powers.forEach((power, c) => {
      probabilities[row * classCount + c] = power / total;
    });
    label[row] = units.indexOf(Math.max(...units));
  }
  return { probabilities, label };
}

import type { Predictions } from '../forest/index.ts';
import { isBoosted, type TreeEnsemble } from '../forest/tree-ensemble.ts';
import type { TreeOrder } from '../onnx/index.ts';

export interface ReferenceAnswer extends Predictions {
  /** Row-major, rows × trees: the position of the leaf in its tree's preorder. */
  readonly leaves: Int32Array;
  /** Rows whose two most probable classes are equally probable. */
  readonly tiedRows: number;
}

/** What a forest says of rows, by TreeEnsemble's definition word for word: slow, and the judge of everything faster. */
export function referenceAnswer(
  ensemble: TreeEnsemble,
  order: TreeOrder,
  rows: readonly Float32Array[],
): ReferenceAnswer {
  const { roots, classes } = ensemble;
  const leaves = new Int32Array(rows.length * roots.length);
  const label = new Uint8Array(rows.length);
  const probabilities = new Float32Array(rows.length * classes.length);
  const units = rows.map(() => new Float64Array(classes.length));
  // Tree by tree, so that one tree's nodes stay at hand for all rows.
  roots.forEach((root, tree) => {
    rows.forEach((row, at) => {
      const node = walkToLeaf(ensemble, root, row);
      leaves[at * roots.length + tree] = order.position[node] - order.treeStart[tree];
      const first = ensemble.left[node] * classes.length;
      for (let c = 0; c < classes.length; c++) units[at][c] += ensemble.leafUnits[first + c];
    });
  });
  let tiedRows = 0;
  rows.forEach((_, at) => {
    const answer = answerOfUnits(ensemble, units[at]);
    label[at] = answer.label;
    if (answer.isTied) tiedRows++;
    probabilities.set(answer.probabilities, at * classes.length);
  });
  return { leaves, label, probabilities, tiedRows };
}

/** What follows from one row's unit sums, one a class. */
export function answerOfUnits(
  ensemble: TreeEnsemble,
  units: Float64Array,
): { readonly probabilities: Float64Array; readonly label: number; readonly isTied: boolean } {
  const { calibration } = ensemble;
  const decisive = calibration?.map(({ thresholds, units: steps }, c) => {
    const score = rawScore(ensemble, units, c);
    const step = thresholds.findIndex((threshold) => score <= threshold);
    return steps.at(step) as number;
  }) ?? [...units];
  const total = decisive.reduce((sum, one) => sum + one, 0);
  const label = decisive.indexOf(Math.max(...decisive));
  return {
    probabilities:
      calibration === undefined
        ? rawProbabilities(ensemble, units)
        : Float64Array.from(decisive, (one) => one / total),
    label,
    isTied: decisive.lastIndexOf(decisive[label]) !== label,
  };
}

function rawScore(ensemble: TreeEnsemble, units: Float64Array, classNumber: number): number {
  if (!isBoosted(ensemble)) return Math.fround(rawProbabilities(ensemble, units)[classNumber]);
  const rivals = units.filter((_, c) => c !== classNumber);
  return Math.fround((units[classNumber] - Math.max(...rivals)) / ensemble.unitsPerOne);
}

function rawProbabilities(ensemble: TreeEnsemble, units: Float64Array): Float64Array {
  if (!isBoosted(ensemble)) return units.map((sum) => sum / (ensemble.unitsPerLeaf * ensemble.roots.length));
  const margins = units.map((sum) => sum / ensemble.unitsPerOne);
  const powers = margins.map((margin) => Math.exp(margin - Math.max(...margins)));
  return powers.map((power) => power / powers.reduce((total, one) => total + one, 0));
}

/** The leaf (its node) that a row reaches in the tree of `root`. */
export function walkToLeaf(ensemble: TreeEnsemble, root: number, row: Float32Array): number {
  let node = root;
  while (ensemble.feature[node] >= 0) {
    const value = row[ensemble.feature[node]];
    const goesLeft = Number.isNaN(value)
      ? ensemble.nullGoesLeft[node] === 1
      : value <= ensemble.threshold[node];
    node = goesLeft ? ensemble.left[node] : ensemble.right[node];
  }
  return node;
}

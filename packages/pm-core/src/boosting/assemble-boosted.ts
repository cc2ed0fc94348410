import { type EnsembleNames, placeTrees } from '../forest/assemble-ensemble.ts';
import type { BoostedTrees } from '../forest/tree-ensemble.ts';
import type { BoostedTree } from './boosted-grower.ts';

/**
 * Puts the trees of all rounds one after the other. The margins that all rows start from are part of the leaves of the first round.
 * @param rounds in each the trees of its outputs: of two classes that of the second one, of more one a class.
 */
export function assembleBoosted(
  rounds: readonly (readonly BoostedTree[])[],
  bounds: readonly Float32Array[],
  { startUnits, unitsPerOne, ...names }: EnsembleNames & { startUnits: Int32Array; unitsPerOne: number },
): BoostedTrees {
  const classCount = names.classes.length;
  const outputCount = startUnits.length;
  const trees = rounds.flat();
  const { leafStarts, ...nodes } = placeTrees(trees, bounds);
  const leafUnits = new Int32Array(leafStarts[trees.length] * classCount);
  trees.forEach((tree, t) => {
    const output = t % outputCount;
    const start = t < outputCount ? startUnits[output] : 0;
    const classNumber = classCount - outputCount + output;
    tree.leafUnits.forEach((units, leaf) => {
      leafUnits[(leafStarts[t] + leaf) * classCount + classNumber] = start + units;
    });
  });
  return { ...names, ...nodes, leafUnits, unitsPerOne };
}

import { isBoosted, type TreeEnsemble } from './tree-ensemble.ts';

/** Writes the probabilities of one row at `into[at …]` from its unit sums at `sums[from …]`, one a class (see TreeEnsemble). */
export type UnitProbabilities = (
  sums: ArrayLike<number>,
  from: number,
  into: Float32Array,
  at: number,
) => void;

export function unitProbabilities(ensemble: TreeEnsemble): UnitProbabilities {
  const classCount = ensemble.classes.length;
  if (isBoosted(ensemble)) return softmaxOfUnits(classCount, ensemble.unitsPerOne);
  const allUnits = ensemble.unitsPerLeaf * ensemble.roots.length;
  return (sums, from, into, at) => {
    for (let c = 0; c < classCount; c++) into[at + c] = sums[from + c] / allUnits;
  };
}

/** exp(m − greatest margin) / their sum, so that no exponential overflows. */
function softmaxOfUnits(classCount: number, unitsPerOne: number): UnitProbabilities {
  const powers = new Float64Array(classCount);
  return (sums, from, into, at) => {
    let most = sums[from];
    for (let c = 1; c < classCount; c++) most = Math.max(most, sums[from + c]);
    let total = 0;
    for (let c = 0; c < classCount; c++) total += powers[c] = Math.exp((sums[from + c] - most) / unitsPerOne);
    for (let c = 0; c < classCount; c++) into[at + c] = powers[c] / total;
  };
}

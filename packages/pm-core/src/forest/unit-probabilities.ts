import { type Calibration, calibratedUnits } from '../calibrate/calibration.ts';
import { isBoosted, type TreeEnsemble } from './tree-ensemble.ts';

/**
 * Writes the probabilities of one row at `into[at …]` from its unit sums at `sums[from …]`, one a class, and returns its label
 * (see TreeEnsemble).
 */
export type UnitProbabilities = (
  sums: ArrayLike<number>,
  from: number,
  into: Float32Array,
  at: number,
) => number;

export function unitProbabilities(ensemble: TreeEnsemble): UnitProbabilities {
  const classCount = ensemble.classes.length;
  if (ensemble.calibration !== undefined) return calibrated(ensemble, ensemble.calibration);
  if (isBoosted(ensemble)) return softmaxOfUnits(classCount, ensemble.unitsPerOne);
  const allUnits = ensemble.unitsPerLeaf * ensemble.roots.length;
  return (sums, from, into, at) => {
    for (let c = 0; c < classCount; c++) into[at + c] = sums[from + c] / allUnits;
    return greatest(sums, from, classCount);
  };
}

/** exp(m − greatest margin) / their sum, so that no exponential overflows. */
function softmaxOfUnits(classCount: number, unitsPerOne: number): UnitProbabilities {
  const powers = new Float64Array(classCount);
  return (sums, from, into, at) => {
    const label = greatest(sums, from, classCount);
    const most = sums[from + label];
    let total = 0;
    for (let c = 0; c < classCount; c++) total += powers[c] = Math.exp((sums[from + c] - most) / unitsPerOne);
    for (let c = 0; c < classCount; c++) into[at + c] = powers[c] / total;
    return label;
  };
}

function calibrated(ensemble: TreeEnsemble, calibration: Calibration): UnitProbabilities {
  const classCount = ensemble.classes.length;
  const writeScores = isBoosted(ensemble)
    ? marginLeads(classCount, ensemble.unitsPerOne)
    : unitProbabilities({ ...ensemble, calibration: undefined });
  const scores = new Float32Array(classCount);
  const units = new Int32Array(classCount);
  return (sums, from, into, at) => {
    writeScores(sums, from, scores, 0);
    const total = calibratedUnits(calibration, { scores, units });
    for (let c = 0; c < classCount; c++) into[at + c] = units[c] / total;
    return greatest(units, 0, classCount);
  };
}

/** How far each class's margin lies above the greatest of the others; units are exact, and a power of two divides them so. */
function marginLeads(classCount: number, unitsPerOne: number): UnitProbabilities {
  return (sums, from, into, at) => {
    const first = greatest(sums, from, classCount);
    let next = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classCount; c++) if (c !== first) next = Math.max(next, sums[from + c]);
    for (let c = 0; c < classCount; c++)
      into[at + c] = (sums[from + c] - (c === first ? next : sums[from + first])) / unitsPerOne;
    return first;
  };
}

/** Place of the greatest of `count` values, the first on a tie. */
function greatest(values: ArrayLike<number>, from: number, count: number): number {
  let place = 0;
  for (let c = 1; c < count; c++) if (values[from + c] > values[from + place]) place = c;
  return place;
}

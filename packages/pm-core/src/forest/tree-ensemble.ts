import type { Calibration } from '../calibrate/calibration.ts';

/**
 * Trees as flat arrays over all their nodes; tree t's root is node `roots[t]`.
 *
 * An inner node n sends a row left if its feature value ≤ `threshold[n]` (compared as float32), right if greater;
 * a null (NaN) goes left if `nullGoesLeft[n]` is 1, else right. A leaf has `feature[n]` = −1 and
 * `left[n]` = index of its leaf; it adds `leafUnits[leaf × classCount + class]` to a row's sum for each class.
 *
 * Units are whole and no sum of them over any of the trees leaves ±2^24, so that a float32 sum is exact in any order, and another
 * runtime (ONNX) gets the same bits. A row's label is the class with the greatest sum, the lowest on a tie.
 *
 * With a calibration, the raw scores that follow from the sums go through its curves, which then give probabilities and label: of a
 * forest the raw probability of each class, of boosted trees fround(its margin − the greatest margin of another class).
 */
interface Trees {
  readonly featureNames: readonly string[];
  readonly classes: readonly string[];
  readonly roots: Int32Array;
  readonly feature: Int16Array;
  readonly threshold: Float32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly nullGoesLeft: Uint8Array;
  readonly leafUnits: Int32Array;
  readonly calibration?: Calibration | undefined;
}

/**
 * Trees whose leaves hold probabilities, of which a row gets the mean. They are whole multiples of 1 / `unitsPerLeaf` that sum to
 * exactly `unitsPerLeaf` in each leaf (largest remainder): probability = fround(sum of units / (unitsPerLeaf × trees)).
 */
export interface Forest extends Trees {
  readonly unitsPerLeaf: number;
}

/**
 * Trees whose leaves add to the classes' margins: margin = sum of units / `unitsPerOne` (a power of two), and the probabilities are
 * the softmax of the margins. With two classes the first one's margin is always 0.
 */
export interface BoostedTrees extends Trees {
  readonly unitsPerOne: number;
}

export type TreeEnsemble = Forest | BoostedTrees;

export const isBoosted = (ensemble: TreeEnsemble): ensemble is BoostedTrees => 'unitsPerOne' in ensemble;

/** Sums beyond this would not be exact in float32. */
export const MAX_UNIT_SUM = 2 ** 24;

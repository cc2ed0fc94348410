/**
 * A forest as flat arrays over all nodes of all trees; tree t's root is node `roots[t]`.
 *
 * An inner node n sends a row left if its feature value ≤ `threshold[n]` (compared as float32), right if greater;
 * a null (NaN) goes left if `nullGoesLeft[n]` is 1, else right. A leaf has `feature[n]` = −1 and
 * `left[n]` = index of its leaf; its class counts are `leafUnits[leaf × classCount + class]`.
 *
 * Leaf probabilities are whole multiples of 1 / `unitsPerLeaf` that sum to exactly `unitsPerLeaf` in each leaf
 * (largest remainder). `unitsPerLeaf` × number of trees ≤ 2^24, so that a float32 sum over all trees is exact in any
 * order, and another runtime (ONNX) gets the same bits: probability = fround(sum of units / (unitsPerLeaf × trees)).
 */
export interface TreeEnsemble {
  readonly featureNames: readonly string[];
  readonly classes: readonly string[];
  readonly roots: Int32Array;
  readonly feature: Int16Array;
  readonly threshold: Float32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly nullGoesLeft: Uint8Array;
  readonly leafUnits: Int32Array;
  readonly unitsPerLeaf: number;
}

import type { Split } from './split.ts';

/** One tree without its leaves' values, nodes in preorder (node, left subtree, right subtree); node 0 is the root. A leaf has `feature` −1. */
export interface TreeShape {
  readonly feature: Int16Array;
  /** Codes up to this one go left. */
  readonly code: Uint8Array;
  readonly nullGoesLeft: Uint8Array;
  /** Of an inner node its left child; of a leaf its number among the leaves. */
  readonly left: Int32Array;
  /** Of an inner node its right child; −1 in a leaf. */
  readonly right: Int32Array;
  /** Gain of all splits on each feature. */
  readonly gainByFeature: Float64Array;
}

/** A tree of a forest; its gain is the decrease of rows × gini impurity. */
export interface GrownTree extends TreeShape {
  /** Rows of each class in each leaf: leaf × classCount + class. */
  readonly leafCounts: Int32Array;
}

/** The nodes of a tree while it grows. */
export class NodeList {
  readonly #feature: number[] = [];
  readonly #code: number[] = [];
  readonly #nullGoesLeft: number[] = [];
  readonly #left: number[] = [];
  readonly #right: number[] = [];
  readonly #leafValues: number[] = [];
  readonly #gainByFeature: Float64Array;
  #leafCount = 0;

  constructor(featureCount: number) {
    this.#gainByFeature = new Float64Array(featureCount);
  }

  addLeaf(values: ArrayLike<number>): number {
    for (let i = 0; i < values.length; i++) this.#leafValues.push(values[i]);
    return this.#add(-1, 0, false, this.#leafCount++);
  }

  addSplit({ feature, code, nullGoesLeft, gain }: Split): number {
    this.#gainByFeature[feature] += gain;
    return this.#add(feature, code, nullGoesLeft, -1);
  }

  setChildren(index: number, left: number, right: number): void {
    this.#left[index] = left;
    this.#right[index] = right;
  }

  #add(feature: number, code: number, nullGoesLeft: boolean, left: number): number {
    this.#feature.push(feature);
    this.#code.push(code);
    this.#nullGoesLeft.push(nullGoesLeft ? 1 : 0);
    this.#left.push(left);
    return this.#right.push(-1) - 1;
  }

  /** What the leaves were added with, one after the other. */
  leafValues(): Int32Array {
    return Int32Array.from(this.#leafValues);
  }

  shape(): TreeShape {
    return {
      feature: Int16Array.from(this.#feature),
      code: Uint8Array.from(this.#code),
      nullGoesLeft: Uint8Array.from(this.#nullGoesLeft),
      left: Int32Array.from(this.#left),
      right: Int32Array.from(this.#right),
      gainByFeature: this.#gainByFeature,
    };
  }
}

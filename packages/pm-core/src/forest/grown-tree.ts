import type { Split } from './splitting.ts';

/** One tree, its nodes in preorder (node, left subtree, right subtree); node 0 is the root. A leaf has `feature` −1. */
export interface GrownTree {
  readonly feature: Int16Array;
  /** Codes up to this one go left. */
  readonly code: Uint8Array;
  readonly nullGoesLeft: Uint8Array;
  /** Of an inner node its left child; of a leaf its number among the leaves. */
  readonly left: Int32Array;
  /** Of an inner node its right child; −1 in a leaf. */
  readonly right: Int32Array;
  /** Rows of each class in each leaf: leaf × classCount + class. */
  readonly leafCounts: Int32Array;
  /** Decrease of rows × gini impurity by all splits on each feature. */
  readonly gainByFeature: Float64Array;
}

/** The nodes of a tree while it grows. */
export class NodeList {
  readonly #feature: number[] = [];
  readonly #code: number[] = [];
  readonly #nullGoesLeft: number[] = [];
  readonly #left: number[] = [];
  readonly #right: number[] = [];
  readonly #leafCounts: number[] = [];
  readonly #gainByFeature: Float64Array;
  #leafCount = 0;

  constructor(featureCount: number) {
    this.#gainByFeature = new Float64Array(featureCount);
  }

  addLeaf(totals: Int32Array): number {
    this.#leafCounts.push(...totals);
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

  toTree(): GrownTree {
    return {
      feature: Int16Array.from(this.#feature),
      code: Uint8Array.from(this.#code),
      nullGoesLeft: Uint8Array.from(this.#nullGoesLeft),
      left: Int32Array.from(this.#left),
      right: Int32Array.from(this.#right),
      leafCounts: Int32Array.from(this.#leafCounts),
      gainByFeature: this.#gainByFeature,
    };
  }
}

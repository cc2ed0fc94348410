import type { TreeEnsemble } from '../../forest/tree-ensemble.ts';

/** A tree as one would draw it: a leaf has class units, an inner node two subtrees. */
export type TreeLiteral =
  | { readonly units: readonly number[] }
  | {
      readonly feature: number;
      readonly threshold: number;
      readonly nullGoesLeft?: boolean;
      readonly left: TreeLiteral;
      readonly right: TreeLiteral;
    };

/** An ensemble of drawn trees; features are named f0, f1, … and units per leaf are those of the first leaf. */
export function buildEnsemble(
  trees: readonly TreeLiteral[],
  { featureCount, classes }: { featureCount: number; classes: readonly string[] },
): TreeEnsemble {
  const nodes: { feature: number; threshold: number; left: number; right: number; nullGoesLeft: boolean }[] =
    [];
  const leaves: (readonly number[])[] = [];
  const place = (tree: TreeLiteral): number => {
    const index = nodes.length;
    if ('units' in tree) {
      nodes.push({ feature: -1, threshold: 0, left: leaves.length, right: -1, nullGoesLeft: false });
      leaves.push(tree.units);
      return index;
    }
    const { feature, threshold, nullGoesLeft = false } = tree;
    const node = { feature, threshold, left: 0, right: 0, nullGoesLeft };
    nodes.push(node);
    node.left = place(tree.left);
    node.right = place(tree.right);
    return index;
  };
  return {
    featureNames: Array.from({ length: featureCount }, (_, feature) => `f${feature}`),
    classes,
    roots: Int32Array.from(trees, place),
    feature: Int16Array.from(nodes, (node) => node.feature),
    threshold: Float32Array.from(nodes, (node) => node.threshold),
    left: Int32Array.from(nodes, (node) => node.left),
    right: Int32Array.from(nodes, (node) => node.right),
    nullGoesLeft: Uint8Array.from(nodes, (node) => Number(node.nullGoesLeft)),
    leafUnits: Int32Array.from(leaves.flat()),
    unitsPerLeaf: leaves[0].reduce((sum, units) => sum + units, 0),
  };
}

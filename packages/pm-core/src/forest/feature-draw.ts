import { deriveSeed, seededRandom } from '../random.ts';

/** Place of a node in its tree: the root is 1, the children of p are 2p (left) and 2p + 1. Depth 30 still fits 32 bits. */
export type NodePath = number;
/** Path whose stream draws the rows of the tree. */
export const SAMPLE_PATH: NodePath = 0;

/**
 * Features to try at a node: `wanted` of `featureCount` without replacement, in the order drawn; in their own order where
 * all are wanted. They depend on the tree's seed and the node's path only, so nodes may be grown in any order.
 */
export function drawFeatures(
  featureCount: number,
  wanted: number,
  treeSeed: number,
  path: NodePath,
): Int32Array {
  const features = new Int32Array(featureCount);
  for (let feature = 0; feature < featureCount; feature++) features[feature] = feature;
  if (wanted >= featureCount) return features;
  const random = seededRandom(deriveSeed(treeSeed, path));
  for (let drawn = 0; drawn < wanted; drawn++) {
    const other = drawn + Math.floor(random() * (featureCount - drawn));
    const feature = features[other];
    features[other] = features[drawn];
    features[drawn] = feature;
  }
  return features.subarray(0, wanted);
}

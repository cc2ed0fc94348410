import type { Calibration, StepCurve } from '../calibrate/calibration.ts';
import type { BoostedTrees } from '../forest/tree-ensemble.ts';

/**
 * A calibration as trees over the raw scores, one a class and balanced: a leaf adds its units to the class's sum, so that the
 * operator which scores the forest also calibrates it. `unitsPerOne` has no meaning here.
 */
export function calibrationTrees(calibration: Calibration, classes: readonly string[]): BoostedTrees {
  const nodes: Node[] = [];
  const leafUnits: number[] = [];
  const addLeaf = (units: number, classNumber: number) => {
    const leaf = leafUnits.length / classes.length;
    leafUnits.push(...classes.map((_, c) => (c === classNumber ? units : 0)));
    return nodes.push({ feature: -1, threshold: 0, left: leaf, right: -1 }) - 1;
  };
  /** A tree of the steps from ≤ i < to; returns its root. */
  const place = (curve: StepCurve, classNumber: number, from: number, to: number): number => {
    if (to - from === 1) return addLeaf(curve.units[from], classNumber);
    const middle = (from + to) >>> 1;
    const node = { feature: classNumber, threshold: curve.thresholds[middle - 1], left: 0, right: 0 };
    const index = nodes.push(node) - 1;
    node.left = place(curve, classNumber, from, middle);
    node.right = place(curve, classNumber, middle, to);
    return index;
  };
  const roots = Int32Array.from(calibration, (curve, c) => place(curve, c, 0, curve.units.length));
  return {
    featureNames: classes,
    classes,
    roots,
    feature: Int16Array.from(nodes, (node) => node.feature),
    threshold: Float32Array.from(nodes, (node) => node.threshold),
    left: Int32Array.from(nodes, (node) => node.left),
    right: Int32Array.from(nodes, (node) => node.right),
    nullGoesLeft: new Uint8Array(nodes.length),
    leafUnits: Int32Array.from(leafUnits),
    unitsPerOne: 1,
  };
}

interface Node {
  readonly feature: number;
  readonly threshold: number;
  left: number;
  right: number;
}

/** The calibration that trees in the order of {@link calibrationTrees} say; of others, one that does not export to them. */
export function calibrationOf(
  trees: Pick<BoostedTrees, 'classes' | 'roots' | 'feature' | 'threshold' | 'leafUnits'>,
): Calibration {
  const { classes, roots, feature, threshold, leafUnits } = trees;
  let leaf = 0;
  return classes.map((_, c) => {
    const own = Array.from(feature.keys()).slice(roots[c], roots[c + 1] ?? feature.length);
    const branches = own.filter((node) => feature[node] >= 0);
    const leaves = own.filter((node) => feature[node] < 0);
    return {
      thresholds: Float32Array.from(branches, (node) => threshold[node]).sort(),
      units: Int32Array.from(leaves, () => leafUnits[leaf++ * classes.length + c]),
    };
  });
}

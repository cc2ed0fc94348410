import type { Calibration } from '../calibrate/calibration.ts';
import { MAX_UNIT_SUM } from '../forest/tree-ensemble.ts';
import { calibrationTrees } from './calibration-trees.ts';
import { labelNode, plainNode, treeNode } from './nodes.ts';
import type { Answer } from './onnx-model.ts';
import { nodeAttributes, unitTargets } from './tree-attributes.ts';
import { treeOrder } from './tree-order.ts';

/** What the calibration's trees give: the node that is read back. */
export const CALIBRATED_UNITS = 'calibrated_units';

/**
 * Raw scores [rows, classes] → each class's share of the units that the curves give. Comparing, summing whole numbers and one
 * division are all there is: no runtime has a choice of rounding.
 * @throws Error where a curve breaks the contract of Calibration.
 */
export function calibratedNodes(
  calibration: Calibration,
  classes: readonly string[],
  { scores, output }: { scores: string; output: string },
): Answer {
  checkCurves(calibration, classes);
  const trees = calibrationTrees(calibration, classes);
  const order = treeOrder(trees);
  const attributes = { ...nodeAttributes(trees, order), ...unitTargets(trees, order) };
  return {
    nodes: [
      treeNode({ input: scores, output: CALIBRATED_UNITS, targets: classes.length }, attributes),
      labelNode(CALIBRATED_UNITS),
      plainNode('ReduceSum', [CALIBRATED_UNITS, 'class_axis'], 'row_units', { keepdims: 1 }),
      plainNode('Div', [CALIBRATED_UNITS, 'row_units'], output),
    ],
    constants: [{ name: 'class_axis', shape: [1], values: Int32Array.of(1) }],
  };
}

/** Margins [rows, classes] → how far each lies above the greatest of the others. */
export function leadNodes({ margins, output }: { margins: string; output: string }): Answer {
  return {
    nodes: [
      plainNode('TopK', [margins, 'two'], ['greatest_two', 'greatest_classes'], { axis: 1 }),
      plainNode('Split', ['greatest_two'], ['greatest', 'next'], { axis: 1 }),
      plainNode('Equal', [margins, 'greatest'], 'is_greatest'),
      plainNode('Where', ['is_greatest', 'next', 'greatest'], 'rivals'),
      plainNode('Sub', [margins, 'rivals'], output),
    ],
    constants: [{ name: 'two', shape: [1], values: Int32Array.of(2) }],
  };
}

function checkCurves(calibration: Calibration, classes: readonly string[]): void {
  if (calibration.length !== classes.length)
    throw new Error(`${calibration.length} calibration curves for ${classes.length} classes`);
  let most = 0;
  calibration.forEach(({ thresholds, units }, c) => {
    if (units.length !== thresholds.length + 1 || units[0] < 1)
      throw new Error(`the calibration curve of ${classes[c]} has no units for a score`);
    if (thresholds.some((threshold, i) => i > 0 && !(threshold > thresholds[i - 1])))
      throw new Error(`the calibration curve of ${classes[c]} has thresholds that do not ascend`);
    most += Math.max(...units);
  });
  if (most > MAX_UNIT_SUM) throw new Error(`calibrated units may sum to ${most}, more than 2^24`);
}

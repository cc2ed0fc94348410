import {
  type BoostedTrees,
  type Forest,
  isBoosted,
  MAX_UNIT_SUM,
  type TreeEnsemble,
} from '../forest/tree-ensemble.ts';
import { calibratedNodes, leadNodes } from './calibration-nodes.ts';
import { labelNode, plainNode } from './nodes.ts';
import type { Answer, OnnxConstant } from './onnx-model.ts';

/** Names within the graph: what the trees give, and what becomes of it. */
export const UNIT_SUMS = 'unit_sums';
export const PROBABILITIES = 'probabilities';
/** Name of the constant by which a forest's unit sums are divided: unitsPerLeaf × number of trees. */
const TOTAL_UNITS = 'total_units';
/** Name of the constant by which boosted trees' unit sums are divided: unitsPerOne. */
export const UNITS_PER_ONE = 'units_per_one';

/** @throws Error where float32 could not hold the sums. */
export const answerOf = (ensemble: TreeEnsemble): Answer =>
  isBoosted(ensemble) ? marginAnswer(ensemble) : meanAnswer(ensemble);

function meanAnswer({ unitsPerLeaf, roots, calibration, classes }: Forest): Answer {
  const totalUnits = unitsPerLeaf * roots.length;
  if (totalUnits > MAX_UNIT_SUM) throw new Error(`unitsPerLeaf × trees is ${totalUnits}, more than 2^24`);
  const mean = (output: string) => plainNode('Div', [UNIT_SUMS, TOTAL_UNITS], output);
  const constants = [scalar(TOTAL_UNITS, totalUnits)];
  if (calibration === undefined) return { nodes: [mean(PROBABILITIES), labelNode(PROBABILITIES)], constants };
  const calibrated = calibratedNodes(calibration, classes, { scores: 'raw', output: PROBABILITIES });
  return {
    nodes: [mean('raw'), ...calibrated.nodes],
    constants: [...constants, ...calibrated.constants],
  };
}

/** The label comes from the margins, exact where the softmax's exponentials are rounded in each runtime's own way. */
function marginAnswer({ unitsPerOne, calibration, classes }: BoostedTrees): Answer {
  if (!Number.isInteger(Math.log2(unitsPerOne)))
    throw new Error(`unitsPerOne ${unitsPerOne} is no power of two`);
  const margins = plainNode('Div', [UNIT_SUMS, UNITS_PER_ONE], 'margins');
  const constants = [scalar(UNITS_PER_ONE, unitsPerOne)];
  if (calibration === undefined) {
    const softmax = plainNode('Softmax', ['margins'], PROBABILITIES, { axis: 1 });
    return { nodes: [margins, labelNode('margins'), softmax], constants };
  }
  const leads = leadNodes({ margins: 'margins', output: 'leads' });
  const calibrated = calibratedNodes(calibration, classes, { scores: 'leads', output: PROBABILITIES });
  return {
    nodes: [margins, ...leads.nodes, ...calibrated.nodes],
    constants: [...constants, ...leads.constants, ...calibrated.constants],
  };
}

const scalar = (name: string, value: number): OnnxConstant => ({
  name,
  shape: [],
  values: Float32Array.of(value),
});

import {
  type BoostedTrees,
  type Forest,
  isBoosted,
  MAX_UNIT_SUM,
  type TreeEnsemble,
} from '../forest/tree-ensemble.ts';
import type { OnnxConstant, OnnxGraph, OnnxModel, OnnxNode, OnnxValue } from './onnx-model.ts';
import { leafTargets, nodeAttributes, unitTargets } from './tree-attributes.ts';
import { treeOrder } from './tree-order.ts';

/**
 * IR 8, ai.onnx 17 and ai.onnx.ml 3 are one release, ONNX 1.12 (2022): the newest line of its table of versions that every
 * runtime we support has long known, and older than ai.onnx.ml 5, which deprecates TreeEnsembleRegressor.
 */
const VERSIONS = { irVersion: 8, operatorSets: { '': 17, 'ai.onnx.ml': 3 } };

/** Output that holds the class number; the probabilities are `probability_` and the class's name. */
export const LABEL_OUTPUT = 'label';
export const PROBABILITY_OUTPUT_PREFIX = 'probability_';
/** Metadata key under which the feature names stand, a JSON array in the order of the input's columns. */
export const FEATURE_NAMES_KEY = 'feature_names';
/** Name of the constant by which a forest's unit sums are divided: unitsPerLeaf × number of trees. */
export const TOTAL_UNITS = 'total_units';
/** Name of the constant by which boosted trees' unit sums are divided: unitsPerOne. */
export const UNITS_PER_ONE = 'units_per_one';

/**
 * The graph that scores trees: features [rows, F] float → label [rows] int64 and, for each class, a probability [rows] float.
 *
 * A regressor with one target a class sums whole units, exact in float32 in any order, so a runtime's threads and versions
 * cannot change a bit; its classifier sibling has special cases for two classes and for ties, which runtimes got wrong.
 * Outputs have one dimension because MLflow flattens each of them into a column.
 * @throws Error where the ensemble breaks the contract of TreeEnsemble.
 */
export function ensembleModel(ensemble: TreeEnsemble): OnnxModel {
  const order = treeOrder(ensemble);
  const answer = isBoosted(ensemble) ? softmaxAnswer(ensemble) : meanAnswer(ensemble);
  const trees = { ...nodeAttributes(ensemble, order), ...unitTargets(ensemble, order) };
  const outputs = ensemble.classes.map((name) => `${PROBABILITY_OUTPUT_PREFIX}${name}`);
  return modelOf(ensemble, {
    name: answer.name,
    nodes: [
      treeNode('unit_sums', ensemble.classes.length, trees),
      ...answer.nodes,
      ...outputs.map((name, index) =>
        plainNode('Gather', ['probabilities', `class_${index}`], name, { axis: 1 }),
      ),
    ],
    constants: [
      answer.divisor,
      ...outputs.map((_, index) => ({ name: `class_${index}`, shape: [], values: Int32Array.of(index) })),
    ],
    inputs: [featureInput(ensemble)],
    outputs: [
      { name: LABEL_OUTPUT, elementType: 'int64', shape: ['rows'] },
      ...outputs.map((name): OnnxValue => ({ name, elementType: 'float', shape: ['rows'] })),
    ],
  });
}

/** How unit sums become probabilities and a label. */
interface Answer {
  /** Of the graph. */
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly divisor: OnnxConstant;
}

function meanAnswer({ unitsPerLeaf, roots }: Forest): Answer {
  const totalUnits = unitsPerLeaf * roots.length;
  if (totalUnits > MAX_UNIT_SUM) throw new Error(`unitsPerLeaf × trees is ${totalUnits}, more than 2^24`);
  return {
    name: 'forest',
    nodes: [plainNode('Div', ['unit_sums', TOTAL_UNITS], 'probabilities'), labelNode('probabilities')],
    divisor: { name: TOTAL_UNITS, shape: [], values: Float32Array.of(totalUnits) },
  };
}

/** The label comes from the margins, exact where the softmax's exponentials are rounded in each runtime's own way. */
function softmaxAnswer({ unitsPerOne }: BoostedTrees): Answer {
  if (!Number.isInteger(Math.log2(unitsPerOne)))
    throw new Error(`unitsPerOne ${unitsPerOne} is no power of two`);
  return {
    name: 'boosted_trees',
    nodes: [
      plainNode('Div', ['unit_sums', UNITS_PER_ONE], 'margins'),
      labelNode('margins'),
      plainNode('Softmax', ['margins'], 'probabilities', { axis: 1 }),
    ],
    divisor: { name: UNITS_PER_ONE, shape: [], values: Float32Array.of(unitsPerOne) },
  };
}

const labelNode = (scores: string): OnnxNode =>
  plainNode('ArgMax', [scores], LABEL_OUTPUT, { axis: 1, keepdims: 0, select_last_index: 0 });

/**
 * The same trees with another answer: `leaves` [rows, trees] float, the position of the leaf in its tree (preorder, the root
 * is 0). It shows a runtime's routing itself, which sums over trees could hide.
 */
export function leafModel(ensemble: TreeEnsemble): OnnxModel {
  const order = treeOrder(ensemble);
  const treeCount = ensemble.roots.length;
  return modelOf(ensemble, {
    name: 'leaves',
    nodes: [
      treeNode('leaves', treeCount, { ...nodeAttributes(ensemble, order), ...leafTargets(ensemble, order) }),
    ],
    constants: [],
    inputs: [featureInput(ensemble)],
    outputs: [{ name: 'leaves', elementType: 'float', shape: ['rows', treeCount] }],
  });
}

function modelOf(ensemble: TreeEnsemble, graph: OnnxGraph): OnnxModel {
  const metadata = { [FEATURE_NAMES_KEY]: JSON.stringify(ensemble.featureNames) };
  return { ...VERSIONS, producerName: 'pm-core', metadata, graph };
}

function featureInput(ensemble: TreeEnsemble): OnnxValue {
  return { name: 'features', elementType: 'float', shape: ['rows', ensemble.featureNames.length] };
}

function plainNode(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: OnnxNode['attributes'] = {},
): OnnxNode {
  return { domain: '', operator, inputs, outputs: [output], attributes };
}

function treeNode(output: string, targets: number, attributes: OnnxNode['attributes']): OnnxNode {
  return {
    domain: 'ai.onnx.ml',
    operator: 'TreeEnsembleRegressor',
    inputs: ['features'],
    outputs: [output],
    attributes: { aggregate_function: 'SUM', post_transform: 'NONE', n_targets: targets, ...attributes },
  };
}

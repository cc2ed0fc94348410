import { isBoosted, type TreeEnsemble } from '../forest/tree-ensemble.ts';
import { answerOf, PROBABILITIES, UNIT_SUMS } from './answer-nodes.ts';
import { plainNode, treeNode } from './nodes.ts';
import type { OnnxGraph, OnnxModel, OnnxValue } from './onnx-model.ts';
import { LABEL_OUTPUT, PROBABILITY_OUTPUT_PREFIX } from './output-names.ts';
import { leafTargets, nodeAttributes, unitTargets } from './tree-attributes.ts';
import { treeOrder } from './tree-order.ts';

/**
 * IR 8, ai.onnx 17 and ai.onnx.ml 3 are one release, ONNX 1.12 (2022): the newest line of its table of versions that every
 * runtime we support has long known, and older than ai.onnx.ml 5, which deprecates TreeEnsembleRegressor.
 */
const VERSIONS = { irVersion: 8, operatorSets: { '': 17, 'ai.onnx.ml': 3 } };

/** Metadata key under which the feature names stand, a JSON array in the order of the input's columns. */
export const FEATURE_NAMES_KEY = 'feature_names';

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
  const graph = answerGraph(ensemble);
  const trees = { ...nodeAttributes(ensemble, order), ...unitTargets(ensemble, order) };
  const sums = treeNode({ input: 'features', output: UNIT_SUMS, targets: ensemble.classes.length }, trees);
  return modelOf(ensemble.featureNames, {
    ...graph,
    nodes: [sums, ...graph.nodes],
    inputs: [featureInput(ensemble)],
  });
}

/** The part of {@link ensembleModel} behind the trees: from `unit_sums` [rows, classes] float to its outputs. */
export function answerModel(ensemble: TreeEnsemble): OnnxModel {
  const input: OnnxValue = {
    name: UNIT_SUMS,
    elementType: 'float',
    shape: ['rows', ensemble.classes.length],
  };
  return modelOf(ensemble.classes, { ...answerGraph(ensemble), inputs: [input] });
}

function answerGraph(ensemble: TreeEnsemble): Omit<OnnxGraph, 'inputs'> {
  const answer = answerOf(ensemble);
  const outputs = ensemble.classes.map((name) => `${PROBABILITY_OUTPUT_PREFIX}${name}`);
  const columns = outputs.map((name, index) =>
    plainNode('Gather', [PROBABILITIES, `class_${index}`], name, { axis: 1 }),
  );
  return {
    name: isBoosted(ensemble) ? 'boosted_trees' : 'forest',
    nodes: [...answer.nodes, ...columns],
    constants: [
      ...answer.constants,
      ...outputs.map((_, index) => ({ name: `class_${index}`, shape: [], values: Int32Array.of(index) })),
    ],
    outputs: [
      { name: LABEL_OUTPUT, elementType: 'int64', shape: ['rows'] },
      ...outputs.map((name): OnnxValue => ({ name, elementType: 'float', shape: ['rows'] })),
    ],
  };
}

/**
 * The same trees with another answer: `leaves` [rows, trees] float, the position of the leaf in its tree (preorder, the root
 * is 0). It shows a runtime's routing itself, which sums over trees could hide.
 */
export function leafModel(ensemble: TreeEnsemble): OnnxModel {
  const order = treeOrder(ensemble);
  const treeCount = ensemble.roots.length;
  return modelOf(ensemble.featureNames, {
    name: 'leaves',
    nodes: [
      treeNode(
        { input: 'features', output: 'leaves', targets: treeCount },
        { ...nodeAttributes(ensemble, order), ...leafTargets(ensemble, order) },
      ),
    ],
    constants: [],
    inputs: [featureInput(ensemble)],
    outputs: [{ name: 'leaves', elementType: 'float', shape: ['rows', treeCount] }],
  });
}

function modelOf(inputColumns: readonly string[], graph: OnnxGraph): OnnxModel {
  const metadata = { [FEATURE_NAMES_KEY]: JSON.stringify(inputColumns) };
  return { ...VERSIONS, producerName: 'pm-core', metadata, graph };
}

function featureInput(ensemble: TreeEnsemble): OnnxValue {
  return { name: 'features', elementType: 'float', shape: ['rows', ensemble.featureNames.length] };
}

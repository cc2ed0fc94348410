import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../errors.ts';
import type { Forest, TreeEnsemble } from '../forest/tree-ensemble.ts';
import { UNITS_PER_ONE } from './answer-nodes.ts';
import { CALIBRATED_UNITS } from './calibration-nodes.ts';
import { calibrationOf } from './calibration-trees.ts';
import { decodeMetadata, decodeModel } from './decode-model.ts';
import { ensembleModel, FEATURE_NAMES_KEY } from './ensemble-model.ts';
import type { AttributeValue, OnnxGraph, OnnxModel } from './onnx-model.ts';
import { PROBABILITY_OUTPUT_PREFIX } from './output-names.ts';
import { LEAF } from './tree-attributes.ts';

/**
 * The trees in a model that `exportOnnx` wrote, nodes in the order of the file. Nothing else is taken: the graph that
 * these trees would be exported to must equal the graph of the file.
 * @throws UserError `not-a-forest-model` for a file that is not ONNX, or not a forest of this package.
 */
export function readEnsemble(bytes: Uint8Array): TreeEnsemble {
  try {
    const model = decodeModel(bytes);
    const ensemble = ensembleOf(model);
    if (!isDeepStrictEqual(ensembleModel(ensemble).graph, model.graph)) {
      throw new Error('its graph is not the one that scores a forest');
    }
    return ensemble;
  } catch (cause) {
    throw new UserError(
      'not-a-forest-model',
      `this ONNX file is not a forest that pm exported: ${cause instanceof Error ? cause.message : String(cause)}`,
      { next: 'Take a model that pm train registered; others can be scored, but not looked into.', cause },
    );
  }
}

/** Feature names in the order of the input's columns, as `exportOnnx` wrote them; undefined in a model from elsewhere. */
export function readFeatureNames(bytes: Uint8Array): readonly string[] | undefined {
  return featureNames(decodeMetadata(bytes));
}

function featureNames(metadata: Readonly<Record<string, string>>): readonly string[] | undefined {
  const text = metadata[FEATURE_NAMES_KEY];
  if (text === undefined) return undefined;
  const names: unknown = JSON.parse(text);
  return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : undefined;
}

type TreeNodes = Pick<
  Forest,
  'roots' | 'feature' | 'threshold' | 'left' | 'right' | 'nullGoesLeft' | 'leafUnits'
>;

/** Reads without judging: a wrong model gives a wrong ensemble, which then does not export to the same graph. */
function ensembleOf({ graph, metadata }: OnnxModel): TreeEnsemble {
  const names = featureNames(metadata);
  const trees = graph.nodes[0]?.attributes;
  if (names === undefined || trees === undefined) throw new Error('it has no trees or no feature names');
  const classes = classNames(graph);
  const nodes = nodesOf(trees);
  const calibrator = graph.nodes.find(({ outputs }) => outputs[0] === CALIBRATED_UNITS);
  return {
    featureNames: names,
    classes,
    ...nodes,
    ...unitsOf(graph, nodes.roots.length),
    ...(calibrator && { calibration: calibrationOf({ classes, ...nodesOf(calibrator.attributes) }) }),
  };
}

/** Trees as arrays, in the order of the attributes' lists. */
function nodesOf(trees: Attributes): TreeNodes {
  const treeIds = ints(trees, 'nodes_treeids');
  const roots = treeIds
    .map((_, node) => node)
    .filter((node) => node === 0 || treeIds[node] !== treeIds[node - 1]);
  const isLeaf = texts(trees, 'nodes_modes').map((mode) => mode === LEAF);
  return {
    roots,
    feature: Int16Array.from(ints(trees, 'nodes_featureids'), (feature, node) =>
      isLeaf[node] ? -1 : feature,
    ),
    threshold: floats(trees, 'nodes_values'),
    left: leftIndexes(trees, { treeIds, roots, isLeaf }),
    right: ints(trees, 'nodes_falsenodeids').map((id, node) =>
      isLeaf[node] ? -1 : id + roots[treeIds[node]],
    ),
    nullGoesLeft: Uint8Array.from(ints(trees, 'nodes_missing_value_tracks_true')),
    leafUnits: Int32Array.from(floats(trees, 'target_weights')),
  };
}

function unitsOf(
  { constants }: OnnxGraph,
  treeCount: number,
): { unitsPerOne: number } | { unitsPerLeaf: number } {
  const [divisor] = constants;
  const value = divisor?.values[0] ?? 0;
  return divisor?.name === UNITS_PER_ONE ? { unitsPerOne: value } : { unitsPerLeaf: value / treeCount };
}

function classNames(graph: OnnxGraph): string[] {
  return graph.outputs
    .filter(({ name }) => name.startsWith(PROBABILITY_OUTPUT_PREFIX))
    .map(({ name }) => name.slice(PROBABILITY_OUTPUT_PREFIX.length));
}

function leftIndexes(
  trees: Attributes,
  { treeIds, roots, isLeaf }: { treeIds: Int32Array; roots: Int32Array; isLeaf: readonly boolean[] },
): Int32Array {
  let leaves = 0;
  return ints(trees, 'nodes_truenodeids').map((id, node) =>
    isLeaf[node] ? leaves++ : id + roots[treeIds[node]],
  );
}

type Attributes = Readonly<Record<string, AttributeValue>>;

function ints(attributes: Attributes, name: string): Int32Array {
  const value = attributes[name];
  if (value instanceof Int32Array) return value;
  throw new Error(`it has no list of integers ${name}`);
}

function floats(attributes: Attributes, name: string): Float32Array {
  const value = attributes[name];
  if (value instanceof Float32Array) return value;
  throw new Error(`it has no list of numbers ${name}`);
}

function texts(attributes: Attributes, name: string): readonly string[] {
  const value = attributes[name];
  if (Array.isArray(value)) return value;
  throw new Error(`it has no list of texts ${name}`);
}

export { exportAnswerOnnx, exportLeafOnnx, exportOnnx } from './export-onnx.ts';
export { LABEL_OUTPUT, PROBABILITY_OUTPUT_PREFIX } from './output-names.ts';
export { readEnsemble, readFeatureNames } from './read-ensemble.ts';
export { type TreeOrder, treeOrder } from './tree-order.ts';

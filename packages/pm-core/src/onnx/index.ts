export { LABEL_OUTPUT, PROBABILITY_OUTPUT_PREFIX } from './ensemble-model.ts';
export { exportLeafOnnx, exportOnnx } from './export-onnx.ts';
export { readEnsemble, readFeatureNames } from './read-ensemble.ts';
export { type TreeOrder, treeOrder } from './tree-order.ts';

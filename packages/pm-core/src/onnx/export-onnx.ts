import type { TreeEnsemble } from '../forest/tree-ensemble.ts';
import { encodeModel } from './encode-model.ts';
import { answerModel, ensembleModel, leafModel } from './ensemble-model.ts';

/**
 * Bytes of an ONNX model (see {@link ensembleModel} for its input and outputs). They depend on the ensemble alone, and not on the
 * order in which its arrays hold the nodes.
 * @throws Error where the ensemble breaks the contract of TreeEnsemble.
 */
export function exportOnnx(ensemble: TreeEnsemble): Uint8Array<ArrayBuffer> {
  return encodeModel(ensembleModel(ensemble));
}

/** Bytes of the model that answers with leaves instead of probabilities (see {@link leafModel}). */
export function exportLeafOnnx(ensemble: TreeEnsemble): Uint8Array<ArrayBuffer> {
  return encodeModel(leafModel(ensemble));
}

/** Bytes of the model behind the trees, whose input is sums of units (see {@link answerModel}). */
export function exportAnswerOnnx(ensemble: TreeEnsemble): Uint8Array<ArrayBuffer> {
  return encodeModel(answerModel(ensemble));
}

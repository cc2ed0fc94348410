import type { OnnxNode } from './onnx-model.ts';
import { LABEL_OUTPUT } from './output-names.ts';

/** A node of ai.onnx; more than one output are given as a list. */
export function plainNode(
  operator: string,
  inputs: readonly string[],
  output: string | readonly string[],
  attributes: OnnxNode['attributes'] = {},
): OnnxNode {
  const outputs = typeof output === 'string' ? [output] : output;
  return { domain: '', operator, inputs, outputs, attributes };
}

/** Trees that sum a value for each of their targets. */
export function treeNode(
  { input, output, targets }: { input: string; output: string; targets: number },
  attributes: OnnxNode['attributes'],
): OnnxNode {
  return {
    domain: 'ai.onnx.ml',
    operator: 'TreeEnsembleRegressor',
    inputs: [input],
    outputs: [output],
    attributes: { aggregate_function: 'SUM', post_transform: 'NONE', n_targets: targets, ...attributes },
  };
}

/** The class with the greatest score, the lowest on a tie. */
export const labelNode = (scores: string): OnnxNode =>
  plainNode('ArgMax', [scores], LABEL_OUTPUT, { axis: 1, keepdims: 0, select_last_index: 0 });

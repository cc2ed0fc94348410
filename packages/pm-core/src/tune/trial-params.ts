import { ALGORITHMS, type Algorithm, ModelParams, withAlgorithm } from '../model-params.ts';
import type { Values } from './search-space.ts';

/**
 * The model of a trial: its values over the workflow's own parameters, or over the defaults where the trial has another algorithm.
 * @throws ZodError for values that no model has.
 */
export function trialParams(model: ModelParams, values: Values): ModelParams {
  return ModelParams.parse(mergedParams(model, values));
}

/** The same before it is checked. */
export function mergedParams(model: ModelParams, values: Values): object {
  const algorithm = (values.algorithm ?? model.algorithm) as Algorithm;
  const isKnown = ALGORITHMS.includes(algorithm);
  return { ...(isKnown && withAlgorithm(model, algorithm)), ...values };
}

/** What a trial is measured with: a forest of at most so many trees, for more of them rank it hardly otherwise; others as they are. */
export function measuredParams(params: ModelParams, measuredTrees: number): ModelParams {
  if (params.algorithm === 'gradient-boosting') return params;
  return { ...params, trees: Math.min(params.trees, measuredTrees) };
}

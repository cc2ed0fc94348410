import { type Algorithm, ModelParams, withAlgorithm } from '../config.ts';
import type { Values } from './search-space.ts';

/**
 * The model of a trial: its values over the workflow's own parameters, or over the defaults where the trial has another algorithm.
 * @throws ZodError for values that no model has.
 */
export function trialParams(model: ModelParams, values: Values): ModelParams {
  const algorithm = (values.algorithm ?? model.algorithm) as Algorithm;
  return ModelParams.parse({ ...withAlgorithm(model, algorithm), ...values });
}

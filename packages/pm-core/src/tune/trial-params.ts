import { type Algorithm, ModelParams, withAlgorithm } from '../config.ts';
import { UserError } from '../errors.ts';
import { deriveSeed, seededRandom } from '../random.ts';
import { sampleRandomly } from './sampler.ts';
import type { SearchSpace, Values } from './search-space.ts';

/** Points drawn to see whether a space holds what no model has. */
const PROBES = 200;

/**
 * The model of a trial: its values over the workflow's own parameters, or over the defaults where the trial has another algorithm.
 * @throws ZodError for values that no model has.
 */
export function trialParams(model: ModelParams, values: Values): ModelParams {
  return ModelParams.parse(mergedParams(model, values));
}

/** Tries a seeded sample of the space. @throws UserError `bad-space` naming the parameter that no model has or not with such a value. */
export function checkSpace(model: ModelParams, space: SearchSpace): void {
  for (let probe = 0; probe < PROBES; probe++) {
    const values = sampleRandomly(space, [], seededRandom(deriveSeed(0, probe)));
    const fault = ModelParams.safeParse(mergedParams(model, values)).error?.issues[0];
    if (fault === undefined) continue;
    throw new UserError(
      'bad-space',
      `The search space holds ${JSON.stringify(values)}, which is no model: ${[...fault.path, fault.message].join(': ')}`,
      { next: 'Correct tune.space in the workflow file; its names and bounds are those of the model part.' },
    );
  }
}

function mergedParams(model: ModelParams, values: Values): object {
  const algorithm = (values.algorithm ?? model.algorithm) as Algorithm;
  const isKnown = ModelParams.safeParse({ algorithm }).success;
  return { ...(isKnown && withAlgorithm(model, algorithm)), ...values };
}

/** What a trial is measured with: a forest of at most so many trees, for more of them rank it hardly otherwise; others as they are. */
export function measuredParams(params: ModelParams, measuredTrees: number): ModelParams {
  if (params.algorithm === 'gradient-boosting') return params;
  return { ...params, trees: Math.min(params.trees, measuredTrees) };
}

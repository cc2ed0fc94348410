import { CLASSES, COMPONENTS, FleetCosts } from 'pm-core';
import { type Advice, advise } from 'pm-core/costs';
import type { Predictions } from 'pm-core/score';
import type { TrainingFacts } from '../../mlflow/model-package/index.ts';

/** What to do by one row of predictions; see {@link advise}. */
export type Adviser = (predictions: Predictions, row: number) => Advice;

/**
 * Advice by the thresholds that a model carries and the costs they were chosen for, both from its training facts. Undefined for a
 * model that lacks the threshold of a component: one from elsewhere, or of too small a fleet.
 */
export function adviserOf(facts: TrainingFacts | undefined): Adviser | undefined {
  const costs = FleetCosts.safeParse(facts?.config.costs ?? {}).data;
  if (facts === undefined || costs === undefined) return undefined;
  const rules = COMPONENTS.flatMap((component, index) => {
    const threshold = facts.thresholds[component];
    return threshold === undefined ? [] : [{ component, threshold, costs: costs[component], index }];
  });
  if (rules.length < COMPONENTS.length) return undefined;
  return ({ probabilities }, row) =>
    advise(
      rules.map(({ index, ...rule }) => ({
        ...rule,
        probability: probabilities[row * CLASSES.length + index + 1]!,
      })),
    );
}

import type { ReplacementCosts } from './component-history.ts';

/** What to do about a machine, by what a model says of it. */
export interface Advice {
  /** The component to replace, else the likeliest to fail. */
  readonly component: string;
  readonly threshold: number;
  /** `replace COMPONENT`, or `none`. */
  readonly action: string;
  /** Of the action, in the unit of the costs: probability × unplanned failure − planned replacement; 0 for none. */
  readonly expectedSaving: number;
}

export interface ComponentRisk {
  readonly component: string;
  /** That it fails within the prediction window. */
  readonly probability: number;
  readonly threshold: number;
  readonly costs: ReplacementCosts;
}

/**
 * Of the components at or above their threshold the one whose replacement saves most, the first on a tie; none where no component
 * is. @param risks one or more.
 */
export function advise(risks: readonly ComponentRisk[]): Advice {
  const due = risks.filter(({ probability, threshold }) => probability >= threshold);
  if (due.length === 0) {
    const { component, threshold } = greatest(risks, ({ probability }) => probability);
    return { component, threshold, action: 'none', expectedSaving: 0 };
  }
  const { threshold, component, ...risk } = greatest(due, savingOf);
  return { component, threshold, action: `replace ${component}`, expectedSaving: savingOf(risk) };
}

const savingOf = ({ probability, costs }: Pick<ComponentRisk, 'probability' | 'costs'>): number =>
  probability * costs.unplannedFailure - costs.plannedReplacement;

const greatest = <Item>(items: readonly Item[], value: (item: Item) => number): Item =>
  items.reduce((best, item) => (value(item) > value(best) ? item : best));

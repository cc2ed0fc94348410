export { type Advice, advise } from './advise.ts';
export { type AgeReplacement, bestInterval } from './age-replacement.ts';
export {
  type AlertCosts,
  alertCosts,
  countOf,
  failuresWithin,
  type Judgement,
  type ScoredCutoffs,
  type Spans,
  spansOf,
} from './alert-costs.ts';
export { type CalendarCosts, calendarCosts } from './calendar-costs.ts';
export { cheapestThreshold, costCurve } from './cheapest-threshold.ts';
export {
  type ComponentHistory,
  type Instants,
  instantsOf,
  MONTH_MS,
  type ReplacementCosts,
} from './component-history.ts';
export { type ComponentLife, componentLives } from './component-lives.ts';
export { fitWeibull, type Weibull } from './weibull.ts';

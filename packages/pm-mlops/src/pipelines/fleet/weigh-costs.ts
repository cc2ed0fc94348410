import { COMPONENTS, type FleetConfig } from 'pm-core';
import {
  alertCosts,
  bestInterval,
  calendarCosts,
  cheapestThreshold,
  componentLives,
  costCurve,
  countOf,
  failuresWithin,
  fitWeibull,
  type Judgement,
  MONTH_MS,
  type ScoredCutoffs,
  type Spans,
  spansOf,
} from 'pm-core/costs';
import type { Predictions } from 'pm-core/score';
import type { ComponentCosts, FleetCostReport } from '../../report/index.ts';
import type { Workbench } from '../base/workbench.ts';
import type { LabeledRows, TrainingData } from '../training/training-data.ts';
import type { CostScores } from '../training/workflow.ts';
import { readFleetHistory } from './fleet-history.ts';

/**
 * Chooses each component's threshold on training rows that the models had not learned from, and replays the test period with it,
 * beside replacing on failure and at the best age by the training period's lives. Undefined without such rows.
 */
export async function weighCosts(
  { engine }: Workbench,
  { costs, predictionWindowHours }: FleetConfig,
  { train, test }: TrainingData,
  { outOfFold, predictions }: CostScores,
): Promise<FleetCostReport | undefined> {
  if (outOfFold === undefined) return undefined;
  const history = await readFleetHistory(engine);
  const learned = cutoffsAt(train, outOfFold.places);
  const tested = cutoffsOf(test);
  const spans = spansOf(tested, predictionWindowHours);
  const trainedUntilMs = latest(cutoffsOf(train).windowEnd);
  const components = COMPONENTS.map((component, index): ComponentCosts => {
    const judgement = {
      history: history[component],
      costs: costs[component],
      predictionWindowHours,
    };
    const { threshold } = cheapestThreshold(
      { ...learned, probability: probabilitiesOf(outOfFold, index + 1) },
      judgement,
    );
    const scored = { ...tested, probability: probabilitiesOf(predictions, index + 1) };
    return {
      component,
      ...judgement.costs,
      failures: countOf(failuresWithin(spans, judgement.history.failures)),
      model: alertCosts(scored, threshold, judgement),
      curve: costCurve(scored, judgement),
      ...planByAge(judgement, { trainedUntilMs, spans }),
    };
  });
  return { ...perMachineMonth(components, spans), components };
}

/** The best age by lives known when the training period ended, and what it would have cost in the spans. */
function planByAge(
  { history, costs }: Judgement,
  { trainedUntilMs, spans }: { trainedUntilMs: number; spans: Spans },
): Pick<ComponentCosts, 'life' | 'interval' | 'calendar'> {
  const life = fitWeibull(componentLives(history, trainedUntilMs));
  const interval = life && bestInterval(life, costs);
  if (interval === undefined) return { life: life ?? null, interval: null, calendar: null };
  const lives = componentLives(history, latest(Array.from(spans.values(), ({ toMs }) => toMs)));
  const plan = { history, costs, intervalDays: interval.intervalDays };
  return { life: life ?? null, interval, calendar: calendarCosts(lives, spans, plan) };
}

function perMachineMonth(
  components: readonly ComponentCosts[],
  spans: Spans,
): Omit<FleetCostReport, 'components'> {
  const spanMs = [...spans.values()].reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0);
  const machineMonths = spanMs / MONTH_MS;
  const mean = (costOf: (one: ComponentCosts) => number) =>
    components.reduce((sum, one) => sum + costOf(one), 0) / machineMonths;
  const onFailure = (one: ComponentCosts) => one.failures * one.unplannedFailure;
  return {
    machineMonths,
    perMachineMonth: {
      runToFailure: mean(onFailure),
      ageReplacement: mean((one) => one.calendar?.cost ?? onFailure(one)),
      model: mean(({ model }) => model.cost),
    },
  };
}

/** Of all rows of one class. */
function probabilitiesOf({ probabilities, label }: Predictions, classNumber: number): Float32Array {
  const width = probabilities.length / label.length;
  const column = new Float32Array(label.length);
  for (let row = 0; row < column.length; row++) column[row] = probabilities[row * width + classNumber]!;
  return column;
}

function cutoffsAt(rows: LabeledRows, places: Int32Array): Omit<ScoredCutoffs, 'probability'> {
  const { machineIds, windowEnd } = cutoffsOf(rows);
  return {
    machineIds: Array.from(places, (row) => machineIds[row]!),
    windowEnd: Float64Array.from(places, (row) => windowEnd[row]!),
  };
}

function cutoffsOf({ timing }: LabeledRows): Omit<ScoredCutoffs, 'probability'> {
  if (timing === undefined) throw new Error('rows of a fleet have no cutoffs');
  return timing;
}

function latest(instants: ArrayLike<number>): number {
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < instants.length; i++) last = Math.max(last, instants[i]!);
  return last;
}

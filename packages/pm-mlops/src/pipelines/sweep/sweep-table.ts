import type { WorkflowConfig } from 'pm-core';
import { lossOf, type Scalar, searchedValues, type TrialResult, type Values } from 'pm-core/tune';

export interface FinishedTrial {
  readonly result: TrialResult;
  readonly seconds: number;
}

export interface RunningTrial {
  readonly values: Values;
  readonly startedMs: number;
  /** The loss after each fold so far. */
  readonly steps: readonly number[];
}

/** A sweep at one moment; trials by number. */
export interface SweepState {
  readonly settings: Pick<WorkflowConfig['tune'], 'evaluations' | 'metric' | 'space'>;
  /** Folds of a trial that is not given up. */
  readonly folds: number;
  readonly finished: ReadonlyMap<number, FinishedTrial>;
  readonly running: ReadonlyMap<number, RunningTrial>;
  readonly nowMs: number;
}

const SHOWN = 5;
/** What a trial is called for which nothing was drawn. */
const OWN_PARAMETERS = "the workflow file's own";

/** A table of the best trials so far, earlier ones first on a tie, and of those at work, and a line that counts all. */
export function sweepLines(state: SweepState): string[] {
  const { settings, folds, running, nowMs } = state;
  const best = rankedTrials(state)
    .slice(0, SHOWN)
    .map(([number, { result, seconds }], place) => ({
      ...{ rank: `${place + 1}`, number, loss: result.loss, seconds },
      text: formatValues(settings.space, result.values),
    }));
  const now = [...running].map(([number, { values, startedMs, steps }]) => ({
    ...{ rank: 'now', number, loss: steps.at(-1), seconds: (nowMs - startedMs) / 1000 },
    text: `${folds > 1 ? `fold ${steps.length + 1} of ${folds}: ` : ''}${formatValues(settings.space, values)}`,
  }));
  const figureWidth = Math.max(settings.metric.length, 6);
  const line = (rank: string, number: string, figure: string, seconds: string, text: string) =>
    `${rank.padStart(4)}  ${number.padStart(10)}  ${figure.padStart(figureWidth)}  ${seconds.padStart(7)}  ${text}`;
  return [
    line('rank', 'evaluation', settings.metric, 'seconds', 'parameters'),
    ...[...best, ...now].map(({ rank, number, loss, seconds, text }) =>
      line(rank, `${number}`, formatFigure(settings.metric, loss), seconds.toFixed(1), text),
    ),
    countLine(state),
  ];
}

/** Trials that ran to their end and have a loss, the best first. */
export function rankedTrials({ finished }: Pick<SweepState, 'finished'>): [number, FinishedTrial][] {
  return [...finished]
    .filter(([, { result }]) => !result.isPruned && result.loss < Number.POSITIVE_INFINITY)
    .sort(([a, { result: one }], [b, { result: other }]) => one.loss - other.loss || a - b);
}

/** The metric behind a loss, with four decimals; empty where there is none. */
export function formatFigure(metric: SweepState['settings']['metric'], loss: number | undefined): string {
  // Turning a metric into a loss twice gives the metric.
  return loss === undefined || loss === Number.POSITIVE_INFINITY ? '' : lossOf(metric, loss).toFixed(4);
}

function countLine({ settings: { evaluations }, finished, running, ...state }: SweepState): string {
  const done = rankedTrials({ ...state, finished }).length;
  const pruned = [...finished.values()].filter(({ result }) => result.isPruned).length;
  const failed = finished.size - done - pruned;
  const left = evaluations - finished.size - running.size;
  return `Of ${evaluations}: ${done} done, ${pruned} given up early, ${failed} failed, ${running.size} at work, ${left} to come`;
}

/** What was drawn, in short: `random-forest maxDepth=9 subsample=0.632`. */
function formatValues(space: SweepState['settings']['space'], values: Values): string {
  const drawn = Object.entries(searchedValues(space, values)).map(([name, value]) =>
    typeof value === 'string' ? value : `${name}=${shortly(value)}`,
  );
  return drawn.length === 0 ? OWN_PARAMETERS : drawn.join(' ');
}

const shortly = (value: Scalar): Scalar => (typeof value === 'number' ? Number(value.toPrecision(3)) : value);
